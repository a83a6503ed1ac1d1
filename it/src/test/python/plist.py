"""Prints a property list as JSON: plist.py FILE."""
import json
import plistlib
import sys

with open(sys.argv[1], "rb") as file:
    print(json.dumps(plistlib.load(file), sort_keys=True))
