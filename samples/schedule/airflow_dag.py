"""A DAG for Airflow 3: polls the feeds that are due, then fails where one is in trouble.

Where a run is still at work when the next one starts, the next one leaves by itself; with
max_active_runs=1 it does not even start. A run that could not write the store (exit code 3) has
lost nothing: the next one, or the retry, stores what is waiting.
"""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

FOLDER = "/srv/news"
NEWSBEAM = f"{FOLDER}/.venv/bin/newsbeam"
STORE = f"--store {FOLDER}/news.duckdb"

with DAG(
    dag_id="newsbeam",
    schedule="3-59/5 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1)},
) as dag:
    poll = BashOperator(
        task_id="poll",
        bash_command=f"{NEWSBEAM} run --feeds --json {STORE}",
        cwd=FOLDER,
    )
    trouble = BashOperator(
        task_id="trouble",
        bash_command=f"{NEWSBEAM} feeds list --trouble --strict {STORE}",
        cwd=FOLDER,
        retries=0,
    )
    poll >> trouble
