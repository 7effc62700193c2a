-- Where does the language that was declared differ from the one the text is in?
-- Regions are passed over: en-GB and en are the same language.
SELECT
    outlet,
    declared_language,
    language AS detected,
    round(language_confidence, 2) AS confidence,
    language_method AS method,
    coalesce(title, left(text, 60)) AS headline
FROM articles
WHERE declared_language IS NOT NULL
    AND language <> 'und'
    AND lower(regexp_extract(declared_language, '^[A-Za-z]+')) <> language
ORDER BY outlet, headline;
