#!/usr/bin/env bash
# Asks an index of advisories about the locked packages: 0 none is known, 1 some are, 2 nothing could be asked.
# Not part of CI: an advisory of today must not stop what was right yesterday, and not every machine may reach an index.
set -u
cd "$(dirname "$0")/.."
room=build/audit
report=$room/report.json

not_checked() {
  echo "NOT CHECKED: $1" >&2
  exit 2
}

rm -rf "$room"
"${PYTHON:-python3}" -m venv "$room" || not_checked "no virtual environment can be made"
"$room/bin/pip" install --quiet --disable-pip-version-check pip-audit >"$room/log" 2>&1 || not_checked "pip-audit cannot be installed"
# The report is only written once every package was asked about, whatever the answer.
"$room/bin/pip-audit" --require-hashes --disable-pip --requirement requirements.lock --progress-spinner off \
  --timeout 20 --format json --output "$report" >>"$room/log" 2>&1
[ -s "$report" ] || { tail -3 "$room/log" >&2; not_checked "no index of advisories can be reached"; }
"$room/bin/python" - "$report" <<'PYTHON'
import json
import sys

packages = json.load(open(sys.argv[1], encoding="utf-8"))["dependencies"]
found = [(one["name"], one["version"], bug["id"], bug.get("fix_versions")) for one in packages for bug in one.get("vulns", [])]
skipped = [one["name"] for one in packages if "skip_reason" in one]
for name, version, advisory, fixed in found:
    print(f"{name} {version}: {advisory}, repaired in {', '.join(fixed or []) or 'no version yet'}")
print(f"{len(packages) - len(skipped)} of {len(packages)} packages asked about, {len(found)} advisories")
if skipped:
    print(f"NOT CHECKED: the index of advisories does not answer for {', '.join(skipped[:5])}"
          + (f" and {len(skipped) - 5} more" if len(skipped) > 5 else ""), file=sys.stderr)
sys.exit(1 if found else 2 if skipped else 0)
PYTHON
