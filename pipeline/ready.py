"""Imported where workers are forked from: what the first article of each would load, for all.

The rules, the terms of English in one automaton, the tables of characters: more than half a second
of computing. What only some articles need (other languages, the second vote) waits for those.
"""

import gc

from transforms.fingerprint import fingerprint
from transforms.language import detect_language
from transforms.topicrules import load_topics

_TEXT = "The council said on Monday that the bridge would be closed to lorries until spring. " * 8

detect_language(None, _TEXT)
fingerprint(None, _TEXT)
load_topics().tagger().tag(None, _TEXT, "en", None)
# What is here by now stays, and is nothing for workers to look for garbage in: they would touch,
# and so copy, all of it.
gc.collect()
gc.freeze()
