//! The repository of these tests: whatever the program reads is in it, and differs between `base` and `main`.

use crate::sandbox::Sandbox;

/// What the first commit holds.
const FIRST: &str = r#"
-- bailiwick.toml --
[[rosters]]
file = "people.toml"
covers = ["@acme"]
[catalog]
files = ["catalog.toml"]
[rules]
"debt/growing-debt" = "warning"
[[overrides]]
owners = ["@acme/docs"]
rules."debt/expired-marker" = "warning"
-- people.toml --
[[people]]
login = "@ann"
emails = ["ann@acme.test"]
[[people]]
login = "@bob"
emails = ["bob@acme.test"]
[[people]]
login = "@eve"
[[teams]]
handle = "@acme/api"
members = ["@ann", "@bob"]
[[teams]]
handle = "@acme/docs"
members = ["@eve"]
-- catalog.toml --
[[services]]
name = "ledger"
owner = "@acme/api"
paths = ["ledger/**"]
depends-on = ["locks"]
-- .github/CODEOWNERS --
* @acme/api
/docs/ @acme/docs
/gone/ @acme/api
-- CODEOWNERS --
* @ann
-- .gitattributes --
/generated/** linguist-generated
-- .mailmap --
Bob <bob@acme.test> <robert@acme.test>
-- README.md --
# Shop
See [the guide](docs/guide.md#start) and [nothing](docs/nothing.md).
-- docs/guide.md --
# Start
Back to [the top](../README.md).
-- locks/service.toml --
name = "locks"
tier = 1
owner = "@acme/api"
lifecycle = "production"
runbook = "../docs/runbooks/locks.md"
-- locks/main.go --
package main
// TODO(#1, @acme/api): release
func main() {}
-- docs/runbooks/locks.md --
# Locks
Restart it, as [the guide](../guide.md) says.
-- ledger/ledger.go --
package ledger
// TODO 2026-01-01: rename
func Add() {}
-- ledger/long.go --
package ledger
var a = 1
var b = 2
var c = 3
var d = 4
var e = 5
var f = 6
-- generated/code.go --
package generated
// TODO: nobody edits this
-- tools/Dockerfile --
FROM scratch
-- ops/alerts.yaml --
groups:
  - name: shop
    rules:
      - alert: Down
        expr: up == 0
"#;

/// What the change on top of it does.
const CHANGE: &str = r#"
-- .github/CODEOWNERS --
* @acme/api
/docs/ @acme/docs @eve
/gone/ @acme/api
/ledger/ @acme/nobody
-- README.md --
# Shop
See [the guide](docs/guide.md#begin) and [nothing](docs/nothing.md).
-- docs/guide.md --
# Begin
Back to [the top](../README.md).
-- ledger/ledger.go --
package ledger
// TODO 2026-01-01: rename
// TODO: and test
func Add() {}
-- books/long.go --
package ledger
var a = 1
var b = 2
var c = 3
var d = 4
var e = 5
var f = 7
// FIXME 2026-01-01: split
-- docs/new.md --
# New
[Missing](gone.md)
"#;

/// Names the commit before the change.
pub(super) const BASE: &str = "base";

/// The repository, in which all objects are loose; `base` is the commit before the change.
pub(super) fn shop() -> Sandbox {
    let shop = Sandbox::folder(FIRST.trim_start());
    shop.git(["init", "-q", "-b", "main"]);
    for (key, value) in [
        ("gc.auto", "0"),
        ("uploadpack.allowFilter", "true"),
        ("uploadpack.allowAnySHA1InWant", "true"),
    ] {
        shop.git(["config", key, value]);
    }
    shop.commit_as("ann", "2025-10-01");
    shop.write("locks/lock.go", "package main\nvar locked = false\n");
    shop.commit_as("robert", "2025-11-01");
    shop.git(["tag", "v1.0.0"]);
    shop.write("locks/lock.go", "package main\nvar locked = true\n");
    shop.commit_as("bob", "2025-12-01");
    shop.git(["tag", BASE]);
    shop.git(["rm", "-q", "ledger/long.go"]);
    shop.add(CHANGE.trim_start());
    shop.commit_as("ann", "2026-01-10");
    shop
}
