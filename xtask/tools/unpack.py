#!/usr/bin/env python3
"""Unpacks some files of a wheel.

usage: unpack.py WHEEL FOLDER STRIP PATTERN...

Takes the files that match one of the shell patterns, drops the first STRIP parts of their path, and keeps the
executable bit. Fails when a pattern matches nothing: then the wheel is not what the set-up was written for.
"""

import fnmatch
import os
import sys
import zipfile


def main():
    wheel, folder, strip, *patterns = sys.argv[1:]
    unmatched = set(patterns)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            matching = [pattern for pattern in patterns if fnmatch.fnmatchcase(member.filename, pattern)]
            if member.is_dir() or not matching:
                continue
            unmatched.difference_update(matching)
            path = os.path.join(folder, *member.filename.split("/")[int(strip) :])
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(archive.read(member))
            executable = (member.external_attr >> 16) & 0o100
            os.chmod(path, 0o755 if executable else 0o644)
    if unmatched:
        sys.exit(f"{wheel} has no {', '.join(sorted(unmatched))}")


os.umask(0o022)
main()
