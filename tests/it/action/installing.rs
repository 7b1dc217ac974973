//! How the program gets to the runner: from a release that is verified, or from the action's own source.
//!
//! A build from source is asked of a `cargo` that notes its arguments and gives the program under test: a
//! whole build takes minutes. The release is packed by the script that the release workflow packs with.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use super::event_files::{SHOP, WORSE};
use super::job::{From, Job};
use super::runner::{Outcome, action};

const TARGET: &str = "x86_64-unknown-linux-musl";
const COMMIT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/// A job that calls the action as this, with a release at hand that holds `program`.
fn job(called_as: &str, program: &Path) -> Job {
    let mut job = Job::new(SHOP);
    job.called_as = called_as.into();
    let folder = release(&job);
    let packed = Command::new("bash")
        .arg(action().join(".github/action/package.sh"))
        .args([program.to_str().unwrap(), TARGET, COMMIT])
        .arg(&folder)
        .output()
        .unwrap();
    assert!(
        packed.status.success(),
        "{}",
        String::from_utf8_lossy(&packed.stderr)
    );
    // As the release workflow has it.
    let sums = "sha256sum bailiwick-*.tar.gz > SHA256SUMS || shasum -a 256 bailiwick-*.tar.gz > SHA256SUMS";
    let summed = Command::new("bash")
        .args(["-c", sums])
        .current_dir(&folder)
        .status();
    assert!(summed.unwrap().success());
    let releases = format!("file://{}", job.path("releases").display());
    job.env("BAILIWICK_RELEASES", &releases)
}

/// Where the release is.
fn release(job: &Job) -> std::path::PathBuf {
    job.path(&format!("releases/v{}", env!("CARGO_PKG_VERSION")))
}

fn archive() -> String {
    format!("bailiwick-v{}-{TARGET}.tar.gz", env!("CARGO_PKG_VERSION"))
}

/// A program that is small, and is the one under test.
fn small(folder: &Path) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt as _;
    let file = folder.join("bailiwick");
    fs::write(
        &file,
        format!(
            "#!/bin/sh\nexec '{}' \"$@\"\n",
            env!("CARGO_BIN_EXE_bailiwick")
        ),
    )
    .unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file
}

fn tag() -> String {
    format!("v{}", env!("CARGO_PKG_VERSION"))
}

/// Whether the program was built, and not taken from a release.
fn is_built(job: &Job) -> bool {
    job.path("cargo-arguments").exists()
}

fn run(job: &Job) -> Outcome {
    job.run(&job.event("schedule", json!({})), 1)
}

/// Runs a job whose installing must fail with these words.
fn fails(job: &Job, words: &str) {
    let outcome = run(job);
    assert_eq!(
        outcome.failed,
        Some(("install".into(), 2)),
        "{}",
        outcome.log
    );
    // It is reported where people and later steps look.
    let [(level, _, message)] = outcome.annotations.as_slice() else {
        panic!("{:?}: {}", outcome.annotations, outcome.log);
    };
    assert_eq!(level, "error");
    assert!(
        message.contains(words) && message.contains("help: "),
        "{message}"
    );
    assert_eq!(outcome.output("result"), "failed");
    assert!(outcome.summary.contains(words), "{}", outcome.summary);
    assert!(!is_built(job), "{}", outcome.log);
}

#[test]
fn a_release_is_taken_for_a_tag_and_for_its_commit() {
    let folder = tempfile::tempdir().unwrap();
    let program = &folder.path().join("bailiwick");
    // As a release has it, where it can be had: without what a debugger reads, which is most of it.
    let built = env!("CARGO_BIN_EXE_bailiwick");
    let stripped = Command::new("strip")
        .arg("-o")
        .args([program.as_os_str(), built.as_ref()])
        .status();
    if !stripped.is_ok_and(|status| status.success()) {
        fs::copy(built, program).unwrap();
    }
    let job = job(&tag(), program);
    let outcome = run(&job);
    assert_eq!(outcome.failed, None, "{}", outcome.log);
    assert_eq!(outcome.output("result"), "clean");
    let installed = outcome.output("program");
    assert_eq!(fs::read(installed).unwrap(), fs::read(program).unwrap());
    assert!(!is_built(&job), "{}", outcome.log);
    let beside = Path::new(installed).parent().unwrap();
    for file in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
        assert!(beside.join(file).is_file(), "{file}");
    }
}

#[test]
fn what_calls_the_action_decides_what_is_installed() {
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    for (called_as, version, built) in [
        (COMMIT, "", false),
        (&tag(), "", false),
        // Tags and branches that move are no release.
        ("v0", "", true),
        ("v0.1", "", true),
        ("v0-x", "", true),
        ("v99.0.0", "", true),
        (&format!("{}-rc.1", tag()), "", true),
        // A commit between releases has the version of one, and is none.
        ("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", "", true),
        ("main", "", true),
        ("", "", true),
        ("", env!("CARGO_PKG_VERSION"), false),
        ("main", &tag(), false),
        ("main", &format!(" V{}\n", env!("CARGO_PKG_VERSION")), false),
        (COMMIT, " Source\n", true),
        (COMMIT, "source", true),
    ] {
        let job = job(called_as, &program).with("version", version);
        let outcome = run(&job);
        assert_eq!(
            outcome.failed, None,
            "{called_as} {version}: {}",
            outcome.log
        );
        assert_eq!(
            is_built(&job),
            built,
            "{called_as} {version}: {}",
            outcome.log
        );
    }
}

#[test]
fn source_is_built_as_it_is_locked_and_not_in_the_workspace() {
    let job = Job::new(&format!(
        "{SHOP}-- .cargo/config.toml --\n[build]\nrustc-wrapper = \"pwned\"\n"
    ));
    let outcome = run(&job);
    assert_eq!(outcome.failed, None, "{}", outcome.log);
    let arguments = fs::read_to_string(job.path("cargo-arguments")).unwrap();
    let target = job.path("temp/bailiwick-program/target");
    let source = action();
    let expected = [
        source.to_str().unwrap(),
        "build",
        "--release",
        "--locked",
        "--bin",
        "bailiwick",
        "--target-dir",
        target.to_str().unwrap(),
    ];
    assert_eq!(arguments.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_not_as_released_is_not_installed() {
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    let spoil = |spoil: &dyn Fn(&Path), words: &str| {
        let job = job(&tag(), &program);
        spoil(&release(&job));
        fails(&job, words);
    };
    spoil(
        &|release| {
            let mut bytes = fs::read(release.join(archive())).unwrap();
            bytes[20] ^= 1;
            fs::write(release.join(archive()), bytes).unwrap();
        },
        "is not what was released",
    );
    spoil(
        &|release| fs::write(release.join(archive()), "").unwrap(),
        "is not what was released",
    );
    let one = "does not have one checksum";
    spoil(
        &|release| fs::write(release.join("SHA256SUMS"), "").unwrap(),
        one,
    );
    spoil(
        &|release| {
            let line = fs::read_to_string(release.join("SHA256SUMS")).unwrap();
            fs::write(release.join("SHA256SUMS"), line.clone() + &line).unwrap();
        },
        one,
    );
    spoil(
        &|release| {
            let line = fs::read_to_string(release.join("SHA256SUMS")).unwrap();
            let other = line.replace(&archive(), &format!("other-{}", archive()));
            fs::write(release.join("SHA256SUMS"), other).unwrap();
        },
        one,
    );
}

#[test]
fn without_a_release_the_source_is_built_unless_one_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    for missing in [archive(), "SHA256SUMS".into()] {
        for version in ["", env!("CARGO_PKG_VERSION")] {
            let job = job(&tag(), &program).with("version", version);
            fs::remove_file(release(&job).join(&missing)).unwrap();
            if version.is_empty() {
                let outcome = run(&job);
                assert_eq!(outcome.failed, None, "{}", outcome.log);
                assert!(is_built(&job), "{}", outcome.log);
            } else {
                fails(&job, &missing);
            }
        }
    }
    // A system that no release is for.
    let other = job(&tag(), &program).env("RUNNER_ARCH", "RISCV64");
    assert_eq!(run(&other).failed, None);
    assert!(is_built(&other));
    let other = job("", &program).env("RUNNER_ARCH", "RISCV64");
    fails(
        &other.with("version", env!("CARGO_PKG_VERSION")),
        "no release is for",
    );
}

#[test]
fn a_version_and_a_mirror_are_what_they_are_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    for version in [
        "latest",
        "../../x",
        "0.1",
        "0.1.0/..",
        "0.1.0-rc.1",
        "0.1.0+a..b",
        "--help",
        "0.1.0 x",
        "$(touch pwned)",
        "0.1.0%0A::error::x",
    ] {
        fails(
            &job("", &program).with("version", version),
            "not one of a release",
        );
    }
    for mirror in [
        "http://github.invalid",
        "ftp://x",
        "/releases",
        "file://host/x",
    ] {
        fails(
            &job(&tag(), &program).env("BAILIWICK_RELEASES", mirror),
            "not read from there",
        );
    }
}

/// Puts a `curl` on the path that answers as github.com does for a private repository: 404, except to the token at the
/// API. It notes each call, and whether the token came along, in `calls`.
fn private(program: &Path, token: &str) -> Job {
    let mut job = job(&tag(), program).with("token", token);
    job.environment.remove("BAILIWICK_RELEASES");
    let release = release(&job);
    let assets: Vec<_> = ["SHA256SUMS".to_owned(), archive()]
        .iter()
        .enumerate()
        .map(|(number, name)| {
            let asset = release.join(name);
            fs::copy(&asset, job.path(&format!("asset-{number}"))).unwrap();
            json!({
                "url": format!("https://api.github.invalid/repos/acme/bailiwick/releases/assets/{number}"),
                "name": name,
                "uploader": { "url": "https://api.github.invalid/users/x", "name": "SHA256SUMS" },
                "browser_download_url": format!("https://github.invalid/{name}"),
            })
        })
        .collect();
    let answer = json!({ "url": "https://api.github.invalid/repos/acme/bailiwick/releases/1", "assets": assets, "body": "a\"name\":\"b\", \"c\"" });
    fs::write(
        job.path("release.json"),
        serde_json::to_string_pretty(&answer).unwrap(),
    )
    .unwrap();
    let curl = format!(
        r#"#!/bin/bash
here='{here}'
out= auth=no url= follow=no
for argument; do case $argument in *ghs_*) echo "token on the command line" >>"$here/calls" ;; esac; done
while [ $# -gt 0 ]; do
    case $1 in
    --output) out=$2; shift ;;
    --config) grep -q '^header = "Authorization: Bearer ghs_secret"$' && auth=yes; shift ;;
    --location) follow=yes ;;
    --retry | --max-time | --proto | --proto-redir | --write-out | --header) shift ;;
    https://*) url=$1 ;;
    esac
    shift
done
echo "$url auth=$auth follow=$follow" >>"$here/calls"
status=404 redirect=
case $url/$auth in
https://api.github.invalid/repos/acme/bailiwick/releases/tags/v*/yes) status=200; cp "$here/release.json" "$out" ;;
https://api.github.invalid/repos/acme/bailiwick/releases/assets/*/yes)
    id=${{url##*/}}; status=302 redirect=https://storage.invalid/$id ;;
https://storage.invalid/*/no) status=200; cp "$here/asset-${{url##*/}}" "$out" ;;
esac
printf '%s %s' "$status" "$redirect"
[ "$status" != 404 ] || [ "$follow" = no ] || exit 22
"#,
        here = job.path("").display()
    );
    job.program("curl", &curl);
    job.env("GITHUB_API_URL", "https://api.github.invalid")
}

#[test]
fn a_private_copy_is_installed_by_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    let job = private(&program, "ghs_secret");
    let outcome = run(&job);
    let calls = fs::read_to_string(job.path("calls")).unwrap();
    assert_eq!(outcome.failed, None, "{} {calls}", outcome.log);
    assert!(!is_built(&job), "{} {calls}", outcome.log);
    assert!(!outcome.log.contains("ghs_secret"), "{}", outcome.log);
    assert!(!calls.contains("command line"), "{calls}");
    for call in calls.lines() {
        // The token goes to the API alone, and no redirect is followed with it.
        let to_api = call.starts_with("https://api.github.invalid/");
        let expected = if to_api {
            "auth=yes follow=no"
        } else {
            "auth=no follow=yes"
        };
        assert!(call.ends_with(expected), "{calls}");
    }
}

#[test]
fn a_release_that_the_token_does_not_see_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    for token in ["ghs_other", "", "ghs_secret\"\nurl = \"x"] {
        let job = private(&program, token);
        let outcome = run(&job);
        assert!(is_built(&job), "{}", outcome.log);
        assert!(
            outcome.log.contains("is private") && outcome.log.contains("`token`"),
            "{}",
            outcome.log
        );
        // On GitHub Enterprise Server, the action may come from github.com.
        assert!(
            outcome.log.contains("BAILIWICK_RELEASES"),
            "{}",
            outcome.log
        );
        let job = private(&program, token).with("version", env!("CARGO_PKG_VERSION"));
        fails(&job, "is private");
    }
}

/// A path with every program but one.
fn path_without(job: &Job, missing: &str) -> String {
    let bin = job.path("few");
    fs::create_dir_all(&bin).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for folder in std::env::split_paths(&path) {
        let Ok(files) = fs::read_dir(&folder) else {
            continue;
        };
        for file in files.filter_map(Result::ok) {
            if file.file_name() != missing {
                let _ = std::os::unix::fs::symlink(file.path(), bin.join(file.file_name()));
            }
        }
    }
    bin.to_str().unwrap().to_owned()
}

#[test]
fn a_missing_program_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let program = small(folder.path());
    for missing in ["curl", "tar"] {
        let job = job(&tag(), &program);
        let path = path_without(&job, missing);
        fails(
            &job.env("PATH", &path),
            &format!("`{missing}` is not installed"),
        );
    }
    // Without git nothing is fetched, and the check reports the data that is missing.
    let job = job(&tag(), &program);
    let started = job.pull_request(From::Branch, WORSE);
    job.check_out(&started, 1);
    let path = path_without(&job, "git");
    let job = job.env("PATH", &path);
    let outcome = job.run_here(&started);
    assert!(
        outcome.log.contains("git is not installed"),
        "{}",
        outcome.log
    );
    assert_eq!(outcome.output("result"), "incomplete", "{}", outcome.log);
}

#[test]
fn without_cargo_there_is_no_way_to_build() {
    let job = Job::new(SHOP);
    fs::remove_file(job.path("bin/cargo")).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let without: Vec<_> = std::env::split_paths(&path)
        .filter(|folder| !folder.join("cargo").exists())
        .collect();
    if !without.iter().any(|folder| folder.join("bash").exists()) {
        println!("left out: cargo is where bash is");
        return;
    }
    let path = std::env::join_paths(without).unwrap();
    fails(
        &job.env("PATH", path.to_str().unwrap()),
        "`cargo` is not installed",
    );
}
