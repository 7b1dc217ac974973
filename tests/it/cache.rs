//! `bailiwick cache`.

use crate::sandbox::Sandbox;

#[test]
fn the_cache_is_shown_and_cleaned() {
    let sandbox = Sandbox::folder("");
    let name = format!("history-{}.sqlite", "0a".repeat(16));
    let folder = sandbox.path("../home/caches/bailiwick");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(&name), "12345").unwrap();
    std::fs::write(folder.join("other"), "1").unwrap();
    let caches = std::fs::canonicalize(sandbox.path("../home/caches")).unwrap();
    let run = |arguments: &[&str]| {
        let run = sandbox
            .bailiwick(arguments)
            .env("XDG_CACHE_HOME", &caches)
            .run();
        let said = run.exits(0).to_owned();
        said.replace(&*caches.join("bailiwick").to_string_lossy(), "[cache]")
    };
    assert_eq!(run(&["cache"]), "[cache]: 1 file, 5 bytes\n");
    assert_eq!(
        run(&["cache", "clean"]),
        "[cache]: 1 file, 5 bytes removed\n"
    );
    assert_eq!(run(&["cache"]), "[cache]: 0 files, 0 bytes\n");
    assert!(folder.join("other").exists());
}

/// A disk that is full, as a file that may not grow: what is asked is answered the same, and the cache is as
/// good as before.
#[cfg(unix)]
#[test]
fn a_full_disk_under_the_cache_is_a_note() {
    let sandbox = Sandbox::folder("-- CODEOWNERS --\n* @acme/all\n");
    sandbox.git(["init", "-q", "-b", "main"]);
    sandbox.commit_as("ann", "2026-01-01");
    for number in 0..40 {
        // Names that do not fit into a few kilobytes.
        sandbox.write(format!("{number:03}-{}", "x".repeat(200)), "// TODO: it\n");
    }
    sandbox.write("a.rs", "// TODO: it\n");
    sandbox.commit_as("bob", "2026-01-02");
    let caches = sandbox.path("../home/caches");
    let arguments = ["audit", ".", "--as-of", "2026-01-03", "--format", "json"];
    let bailiwick = env!("CARGO_BIN_EXE_bailiwick");
    // In blocks of half a kilobyte or of a whole one, which depends on the shell.
    let run = |blocks: &str| {
        let script = format!("trap '' XFSZ; ulimit -f {blocks} && exec \"$0\" \"$@\"");
        let output = sandbox
            .command("sh")
            .args(["-c", &script, bailiwick])
            .args(arguments)
            .env("XDG_CACHE_HOME", &caches)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let without = sandbox.bailiwick(arguments).run();
    let is_told = |said: &str| said.contains("was not kept for the next run");
    for blocks in ["0", "8", "16", "32", "64"] {
        let (code, answer, said) = run(blocks);
        assert_eq!(code, without.code, "{blocks}: {said}");
        assert_eq!(answer, without.stdout, "{blocks}");
        assert!(!said.contains("panicked"), "{said}");
        if blocks == "8" {
            assert!(is_told(&said), "{said}");
        }
    }
    // There is room again: it is kept, and then found.
    for _ in 0..2 {
        let (code, answer, said) = run("unlimited");
        assert_eq!((code, answer), (without.code, without.stdout.clone()));
        assert!(!is_told(&said), "{said}");
    }
    let kept = std::fs::read_dir(caches.join("bailiwick")).unwrap();
    assert!(kept.count() > 0);
}
