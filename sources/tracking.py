"""What web addresses carry that says nothing about the page: data for sources/urls.py."""

from __future__ import annotations

# Parameters that say where a reader came from. Only names no site uses to choose a page.
PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "oly_", "vero_", "at_medium", "at_campaign", "ns_")
NAMES = frozenset(
    [
        "__hsfp",
        "__hssc",
        "__hstc",
        "__s",
        "_branch_match_id",
        "_ga",
        "_gl",
        "_hsenc",
        "_hsmi",
        "_openstat",
        "at_bbc_team",
        "at_custom1",
        "at_custom2",
        "at_custom3",
        "at_custom4",
        "at_format",
        "at_link_id",
        "at_link_origin",
        "at_link_type",
        "at_ptr_name",
        "campaign_id",
        "cmp",
        "cmpid",
        "cvid",
        "dclid",
        "ef_id",
        "epik",
        "fb_action_ids",
        "fb_action_types",
        "fb_ref",
        "fb_source",
        "fbclid",
        "ga_campaign",
        "ga_content",
        "ga_medium",
        "ga_place",
        "ga_source",
        "ga_term",
        "gad_campaignid",
        "gad_source",
        "gbraid",
        "gclid",
        "gclsrc",
        "gs_l",
        "guccounter",
        "guce_referrer",
        "guce_referrer_sig",
        "hmb_campaign",
        "hmb_medium",
        "hmb_source",
        "icid",
        "igsh",
        "igshid",
        "intcid",
        "itm_campaign",
        "itm_medium",
        "itm_source",
        "li_fat_id",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "mkwid",
        "ml_subscriber",
        "ml_subscriber_hash",
        "msclkid",
        "ncid",
        "ocid",
        "pcrid",
        "piwik_campaign",
        "piwik_keyword",
        "piwik_kwd",
        "s_cid",
        "s_kwcid",
        "sc_cid",
        "scid",
        "smid",
        "smtyp",
        "spm",
        "srsltid",
        "sr_share",
        "taid",
        "traffic_source",
        "trk_contact",
        "trk_msg",
        "ttclid",
        "twclid",
        "twitterimpression",
        "vgo_ee",
        "wbraid",
        "wickedid",
        "wt_mc",
        "wt_zmc",
        "xtor",
        "yclid",
        "ysclid",
        "zanpid",
        "phpsessid",
        "jsessionid",
    ]
)
# Parameters that choose a page at some sites, but not with these values.
PAIRS = frozenset(
    {
        ("ref", "rss"),
        ("ref", "feed"),
        ("source", "rss"),
        ("src", "rss"),
        ("from", "rss"),
        ("partner", "rss"),
        ("rss", "1"),
        ("rss", "yes"),
        ("format", "amp"),
        ("outputtype", "amp"),
        ("amp", ""),
        ("amp", "1"),
        ("amp", "true"),
    }
)
INDEX_FILES = frozenset(
    f"{name}.{ending}"
    for name in ("index", "default")
    for ending in ("html", "htm", "shtml", "xhtml", "php", "asp", "aspx", "jsp", "cfm")
)
# Hosts of telephones' pages: "m." is that everywhere, "mobile." also names sections on mobiles.
MOBILE_HOSTS = frozenset(
    f"mobile.{site}"
    for site in [
        "abc.net.au",
        "bloomberg.com",
        "facebook.com",
        "lemonde.fr",
        "nytimes.com",
        "reuters.com",
        "twitter.com",
        "washingtonpost.com",
        "x.com",
    ]
)
# Sites that put the "m" in the middle: en.m.wikipedia.org.
MOBILE_INFIX = ("wikipedia.org", "wikinews.org", "wikiquote.org", "wiktionary.org")
# Second-level registries: m.co.uk is a site called m, not a form of co.uk.
REGISTRIES = frozenset(
    ["ac", "co", "com", "edu", "gob", "gouv", "gov", "ltd", "mil", "ne", "net", "nom", "or", "org"]
)
