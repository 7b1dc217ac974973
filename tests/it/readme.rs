//! What the README shows of the program is what the program prints. Each line of a `console` block that
//! starts with `$ bailiwick` is run as written, beside a copy of the examples, and what follows it is
//! compared; `UPDATE_EXPECT=1 cargo test --test it readme` rewrites it.

#![expect(
    clippy::unwrap_used,
    reason = "a test ends where something is not as it expects"
)]

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use expect_test::expect_file;

#[test]
fn console_blocks_show_what_the_program_prints() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    copy(&root.join("examples"), &folder.path().join("examples"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let (mut text, mut commands) = (String::new(), 0);
    let mut in_console = false;
    for line in readme.lines() {
        if in_console && line != "```" {
            // What is not a command is old output.
            if let Some(command) = line.strip_prefix("$ ") {
                commands += 1;
                writeln!(text, "{line}\n{}", run(command, folder.path()).trim_end()).unwrap();
                if text.ends_with("\n\n") {
                    text.pop();
                }
            }
            continue;
        }
        in_console = line == "```console";
        writeln!(text, "{line}").unwrap();
    }
    assert!(commands > 0, "the README shows no command");
    expect_file!["../../README.md"].assert_eq(&text);
}

/// What a command prints: its results, then its talk.
fn run(command: &str, folder: &Path) -> String {
    let mut words = command.split(' ');
    assert_eq!(words.next(), Some("bailiwick"), "{command}");
    let mut program = Command::new(env!("CARGO_BIN_EXE_bailiwick"));
    program.args(words).current_dir(folder);
    for name in ["LC_ALL", "LC_CTYPE", "LANG", "CLICOLOR", "CLICOLOR_FORCE"] {
        program.env_remove(name);
    }
    let output = program.output().unwrap();
    let code = output.status.code();
    assert!(matches!(code, Some(0 | 1)), "{command} ends with {code:?}");
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    // Readers run the commands in a clone; here they run in a copy without git.
    let is_about_copy = |line: &&str| line.starts_with("note: not a git repository:");
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !is_about_copy(line)).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let from = entry.unwrap().path();
        let to = to.join(from.file_name().unwrap());
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}
