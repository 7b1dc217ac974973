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
