//! Repositories that were made to do harm, or are broken beyond use.

use super::*;

#[test]
fn damaged_objects_and_trees_that_are_none_do_not_panic() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a/b", "b"), ("c", "c")]);
    let id = sandbox.git("repo", &["rev-parse", "HEAD:a"]);
    let object = format!("repo/.git/objects/{}/{}", &id[..2], &id[2..]);
    sandbox.remove(&object);
    sandbox.write(&object, "this is no object");
    let source = open(&sandbox, "repo", Some("HEAD"));
    assert_eq!(listed(&source), ["c"]);
    assert!(gaps(&source)[0].starts_with("missing-object a: the folder is damaged"));
}

#[test]
fn a_tree_that_unfolds_without_end_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("f", "")]);
    // Ten folders in each of ten folders, nine levels deep: ten billion files of a few objects.
    let blob = sandbox.git("repo", &["rev-parse", "HEAD:f"]);
    let mut entry = format!("100644 blob {blob}");
    for level in 0..10 {
        let lines: String = (0..10).map(|name| format!("{entry}\t{name}\n")).collect();
        sandbox.write(&format!("level-{level}"), &lines);
        let script = format!("git mktree < ../level-{level}");
        let made = sandbox.git("repo", &["-c", &format!("alias.make=!{script}"), "make"]);
        entry = format!("040000 tree {made}");
    }
    let tree = entry.rsplit(' ').next().expect("an id").to_owned();
    let bomb = sandbox.git("repo", &["commit-tree", "-m", "bomb", &tree]);
    let message = refused(&sandbox, "repo", Some(&bomb));
    assert!(
        message.contains("more files than any project has"),
        "{message}"
    );
}

#[test]
fn a_file_whose_name_is_longer_than_any_is_left_out() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("f", "")]);
    // No disk takes such a name, but an object does, and everything that is found there would tell it.
    let blob = sandbox.git("repo", &["rev-parse", "HEAD:f"]);
    let name = "x".repeat(1 << 20);
    let lines = format!("100644 blob {blob}\ta\n100644 blob {blob}\t{name}\n");
    sandbox.write("lines", &lines);
    let make = ["-c", "alias.make=!git mktree < ../lines", "make"];
    let inner = sandbox.git("repo", &make);
    sandbox.write("lines", &format!("040000 tree {inner}\tin\n"));
    let tree = sandbox.git("repo", &make);
    let commit = sandbox.git("repo", &["commit-tree", "-m", "long", &tree]);
    let source = open(&sandbox, "repo", Some(&commit));
    assert_eq!(listed(&source), ["in/a"]);
    let said = "missing-object in: the folder has a file of too long a path";
    assert!(gaps(&source)[0].starts_with(said), "{:?}", gaps(&source));
}

#[test]
fn a_broken_index_names_itself_and_the_remedy() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a", "a"), ("b", "b")]);
    let index = std::fs::read(sandbox.path("repo/.git/index")).expect("an index");
    let half = &index[..index.len() / 2];
    let mut many = index.clone();
    many[8] = 0xff;
    for broken in [
        &b""[..],
        b"DIRC",
        b"not an index at all, but long enough",
        half,
        &many,
    ] {
        sandbox.write_bytes(b"repo/.git/index", broken);
        let message = refused(&sandbox, "repo", None);
        assert!(
            message.contains("repo/.git/index` does not parse"),
            "{message}"
        );
        assert!(message.contains("git read-tree HEAD"), "{message}");
        assert_eq!(
            read(&open(&sandbox, "repo", Some("HEAD")), "a"),
            content("a")
        );
    }
}

/// Options of `git init`, and commands that write the index in some way.
const INDEXES: [(&[&str], &[&[&str]]); 5] = [
    (&[], &[]),
    (&[], &[&["update-index", "--index-version", "4"]]),
    (
        &[],
        &[
            &["update-index", "--split-index"],
            &["rm", "-q", "--cached", "a"],
        ],
    ),
    (&["--object-format=sha256"], &[]),
    (
        &["--object-format=sha256"],
        &[
            &["update-index", "--split-index"],
            &["rm", "-q", "--cached", "a"],
        ],
    ),
];

#[test]
fn every_bit_of_an_index_counts() {
    for (init, commands) in INDEXES {
        let sandbox = Sandbox::new();
        sandbox.git(".", &[&["init", "-q"], init, &["repo"]].concat());
        for file in ["a", "b/c", "b/d"] {
            sandbox.write(&format!("repo/{file}"), file);
        }
        sandbox.commit("repo");
        for command in commands {
            sandbox.git("repo", command);
        }
        open(&sandbox, "repo", None);
        let folder = std::fs::read_dir(sandbox.path("repo/.git")).expect("listed");
        let names = folder.map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("a name")
        });
        let indexes: Vec<String> = names
            .filter(|name| name.ends_with("index") || name.starts_with("sharedindex."))
            .collect();
        let splits = commands
            .iter()
            .any(|command| command.contains(&"--split-index"));
        assert_eq!(indexes.len(), if splits { 2 } else { 1 }, "{indexes:?}");
        for index in indexes {
            let path = format!("repo/.git/{index}");
            let sound = std::fs::read(sandbox.path(&path)).expect("an index");
            // All bits of one of them; of the others one of each byte.
            let is_plain = init.is_empty() && commands.is_empty();
            let bits = (0..sound.len() * 8).filter(|bit| is_plain || bit % 8 == bit / 8 % 8);
            for bit in bits {
                let mut damaged = sound.clone();
                damaged[bit / 8] ^= 1 << (bit % 8);
                sandbox.write_bytes(path.as_bytes(), &damaged);
                let message = refused(&sandbox, "repo", None);
                assert!(message.contains(".git/index` "), "{index} {bit}: {message}");
                assert!(
                    message.contains("git read-tree HEAD"),
                    "{index} {bit}: {message}"
                );
            }
            sandbox.write_bytes(path.as_bytes(), &sound);
            open(&sandbox, "repo", None);
        }
    }
}

#[test]
fn an_index_of_folders_without_end_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a", "a")]);
    let index = |depth: usize| {
        let noted = [b"d\0-1 1\n".repeat(depth), b"d\0-1 0\n".to_vec()].concat();
        let size = u32::try_from(noted.len()).expect("a size").to_be_bytes();
        let header = [0, 0, 0, 2, 0, 0, 0, 0];
        [b"DIRC", &header[..], b"TREE", &size, &noted, &[0; 20]].concat()
    };
    // As deep as it may be, on a thread with as little stack as those of an audit have.
    sandbox.write_bytes(b"repo/.git/index", &index(4_000));
    let path = sandbox.path("repo");
    let opened = std::thread::spawn(move || Source::open(&path, None).is_ok());
    assert!(opened.join().expect("no overflow"));
    for depth in [4_096, 100_000] {
        sandbox.write_bytes(b"repo/.git/index", &index(depth));
        let message = refused(&sandbox, "repo", None);
        assert!(message.contains("nested deeper than any path"), "{message}");
    }
}

#[test]
fn a_checksum_of_zeros_is_none() {
    for (init, width) in [("sha1", 20), ("sha256", 32)] {
        let sandbox = Sandbox::new();
        sandbox.git(
            ".",
            &["init", "-q", &format!("--object-format={init}"), "repo"],
        );
        sandbox.write("repo/a", "a");
        sandbox.commit("repo");
        let mut index = std::fs::read(sandbox.path("repo/.git/index")).expect("an index");
        let end = index.len() - width;
        index[end..].fill(0);
        sandbox.write_bytes(b"repo/.git/index", &index);
        assert_eq!(listed(&open(&sandbox, "repo", None)), ["a"]);
        // One bit of it makes it a checksum again.
        index[end] = 1;
        sandbox.write_bytes(b"repo/.git/index", &index);
        assert!(refused(&sandbox, "repo", None).contains("is damaged"));
    }
}

#[cfg(unix)]
#[test]
fn nothing_that_a_repository_configures_is_run_or_obeyed() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    sandbox.write("secret/passwd", "secret");
    sandbox.write(
        "run.sh",
        &format!(
            "#!/bin/sh\ntouch {}\ncat\n",
            sandbox.path("canary").display()
        ),
    );
    let script = sandbox.path("run.sh").display().to_string();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).expect("executable");
    sandbox.repository(
        "repo",
        &[
            (".gitattributes", "* filter=evil diff=evil\n"),
            ("a", "a"),
            ("passwd", "mine"),
        ],
    );
    sandbox.remove_object("repo", ":a");
    sandbox.write("attributes", "* linguist-generated\n");
    sandbox.write("included", &format!("[core]\n\tfsmonitor = {script}\n"));
    let elsewhere = sandbox.path("").display().to_string();
    sandbox.write(
        "repo/.git/config",
        &format!(
            "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tfsmonitor = {script}\n\
             \thooksPath = {elsewhere}\n\tsshCommand = {script}\n\tpager = {script}\n\teditor = {script}\n\
             \tworktree = {elsewhere}/secret\n\tattributesFile = {elsewhere}/attributes\n\
             \texcludesFile = {elsewhere}/attributes\n\tgitProxy = {script}\n\taskPass = {script}\n\
             [gitoxide \"core\"]\n\tindexFile = {elsewhere}/run.sh\n\
             [filter \"evil\"]\n\tclean = {script}\n\tsmudge = {script}\n\tprocess = {script}\n\trequired = true\n\
             [diff \"evil\"]\n\ttextconv = {script}\n\tcommand = {script}\n\
             [credential]\n\thelper = !{script}\n\
             [include]\n\tpath = {elsewhere}/included\n\
             [includeIf \"gitdir:/\"]\n\tpath = {elsewhere}/included\n\
             [remote \"origin\"]\n\turl = ext::{script}\n\tpromisor = true\n\tuploadpack = {script}\n\
             [extensions]\n\tpartialClone = origin\n"
        ),
    );
    sandbox.write(
        "repo/.git/hooks/post-index-change",
        &format!("#!/bin/sh\n{script}\n"),
    );
    for revision in [None, Some("HEAD")] {
        let source = open(&sandbox, "repo", revision);
        assert_eq!(source.root(), sandbox.path("repo"));
        assert_eq!(listed(&source), [".gitattributes", "a", "passwd"]);
        assert_eq!(read(&source, "passwd"), content("mine"));
        let _ = read(&source, "a");
        let (tree, _) = source.tree();
        let (marks, unread) = source.marks(&tree, &[0, 1, 2]);
        assert_eq!((marks, unread), (Marks::default(), Vec::new()));
        let _ = (source.name(), source.organization());
        assert!(!source.exists_untracked(&RepoPath::from("attributes")));
    }
    assert!(!sandbox.path("canary").exists());
    // The traps are live: git itself walks into them.
    let _ = sandbox.try_git("repo", &["status"]);
    assert!(sandbox.path("canary").exists());
}

#[cfg(unix)]
#[test]
fn git_directories_that_would_stop_the_reader_are_refused() {
    let sandbox = Sandbox::new();
    for file in ["HEAD", "config", "index", "packed-refs"] {
        let repo = format!("repo-{file}");
        sandbox.repository(&repo, &[("a", "a")]);
        let path = format!("{repo}/.git/{file}");
        let _ = std::fs::remove_file(sandbox.path(&path));
        sandbox.fifo(&path);
        let message = refused(&sandbox, &repo, None);
        assert!(
            message.contains("is a pipe, where git keeps a plain file"),
            "{message}"
        );
    }
    sandbox.write("dangling/.git", "gitdir: ../nowhere\n");
    sandbox.write("garbage/.git", "hello\n");
    sandbox.write("headless/.git/config", "");
    for target in ["dangling", "garbage", "headless"] {
        let message = refused(&sandbox, target, None);
        assert!(message.contains(target), "{message}");
    }
}

#[cfg(unix)]
#[test]
fn a_repository_of_another_user_opens() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a", "a")]);
    for path in ["repo", "repo/.git"] {
        // Only root can give files away; for others there is nothing to see here.
        if std::os::unix::fs::chown(sandbox.path(path), Some(54321), None).is_err() {
            return;
        }
    }
    assert!(
        !sandbox.try_git("repo", &["status"]).0,
        "git asks for trust"
    );
    assert_eq!(read(&open(&sandbox, "repo", None), "a"), content("a"));
    assert_eq!(
        read(&open(&sandbox, "repo", Some("HEAD")), "a"),
        content("a")
    );
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_a_gap() {
    use std::os::unix::fs::PermissionsExt as _;
    let sandbox = Sandbox::new();
    sandbox.write("plain/closed/file", "");
    sandbox.write("plain/file", "");
    for path in ["plain/closed", "plain/file"] {
        let nothing = std::fs::Permissions::from_mode(0o000);
        std::fs::set_permissions(sandbox.path(path), nothing).expect("closed");
    }
    // Root may read all the same.
    if std::fs::read(sandbox.path("plain/file")).is_err() {
        let source = open(&sandbox, "plain", None);
        assert_eq!(listed(&source), ["file"]);
        assert!(gaps(&source)[0].starts_with("unreadable closed: the folder could not be listed"));
        assert_eq!(read(&source, "file"), Err(GapKind::Unreadable));
    }
    let open_again = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(sandbox.path("plain/closed"), open_again).expect("opened");
}

#[test]
fn an_index_cannot_lead_out_of_the_worktree() {
    let sandbox = Sandbox::new();
    sandbox.write("secret", "secret");
    sandbox.repository("repo", &[("aaaaaaaaa", "a"), ("bbbbbbbbbbb", "b")]);
    // Git would not write such an index: the names are exchanged in place, for ones as long.
    let index = std::fs::read(sandbox.path("repo/.git/index")).expect("an index");
    let mut forged = index;
    for (from, to) in [("aaaaaaaaa", "../secret"), ("bbbbbbbbbbb", ".git/config")] {
        let (from, to) = (from.as_bytes(), to.as_bytes());
        let at = forged.windows(from.len()).position(|window| window == from);
        let at = at.expect("the name");
        forged[at..at + to.len()].copy_from_slice(to);
    }
    // As with `index.skipHash`.
    let end = forged.len() - 20;
    forged[end..].fill(0);
    sandbox.write_bytes(b"repo/.git/index", &forged);
    let source = open(&sandbox, "repo", None);
    assert_eq!(listed(&source), ["../secret", ".git/config"]);
    assert_eq!(read(&source, "../secret"), Err(GapKind::Unreadable));
    assert_eq!(read(&source, ".git/config"), Err(GapKind::Unreadable));
}

#[test]
fn the_environment_leads_nowhere_else() {
    let sandbox = Sandbox::new();
    sandbox.repository("other", &[("a", "not this one")]);
    let other = |path: &str| sandbox.path(&format!("other/{path}"));
    // A process cannot change its own environment safely, so another one opens repositories in it.
    let innermost = "sources::repository::tests::roots::the_innermost_repository_is_opened";
    let run = std::process::Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", innermost])
        .env("GIT_DIR", other(".git"))
        .env("GIT_WORK_TREE", other(""))
        .env("GIT_INDEX_FILE", other(".git/index"))
        .env("GIT_OBJECT_DIRECTORY", other(".git/objects"))
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", "core.worktree")
        .env("GIT_CONFIG_VALUE_0", other(""))
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{said}");
    assert!(said.contains("1 passed"), "{said}");
}
