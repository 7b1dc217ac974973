//! Files and folders that go elsewhere take what stands with them.

use super::{MARKERS, NOTHING, change, handovers, new};
use crate::sandbox::Sandbox;

/// A file of its own, with a marker and some text.
fn source(number: usize) -> String {
    let lines = (0..8).map(|line| format!("let value_{number}_{line} = {line};\n"));
    format!("// TODO: number {number}\n{}", lines.collect::<String>())
}

/// Ownership lines and links that speak of the files of `folder`: some are in order, some are not.
fn about(shop: &Sandbox, folder: &str) {
    shop.add(&format!(
        "-- CODEOWNERS --\n* @ann\n/{folder}/ @bob\n/{folder}/gone/ @eve\n/{folder}/deep/* @dan\n\
         -- README.md --\n# Shop\n\n[one]({folder}/1.rs), [none]({folder}/none.rs)\n"
    ));
}

#[test]
fn a_folder_of_500_files_moves_with_all_that_speaks_of_it() {
    let shop = Sandbox::repository(MARKERS);
    about(&shop, "old");
    for number in 0..490 {
        shop.write(format!("old/{number}.rs"), source(number));
    }
    // Some are alike, some are empty.
    for number in 0..5 {
        shop.write(format!("old/deep/{number}/same.rs"), source(1000));
        shop.write(format!("old/empty/{number}"), "");
    }
    shop.commit();
    let stands = shop.findings(NOTHING).len();
    assert!(stands >= 495, "{stands}");
    shop.git(["mv", "old", "new"]);
    about(&shop, "new");
    shop.commit();
    assert_eq!(new(&shop, "HEAD~1"), NOTHING);
    let change = change(&shop, "HEAD~1");
    assert_eq!(change["files"], 502);
    assert_eq!(change["existing"], stands);
    assert_eq!(change["fixed"], serde_json::json!({}));
    assert_eq!(handovers(&change), NOTHING);
    // Back again it is the same.
    let back = ["--at", "HEAD~1", "--since", "HEAD~1"];
    assert_eq!(shop.findings(back), NOTHING);
    shop.git(["revert", "--no-edit", "HEAD"]);
    assert_eq!(new(&shop, "HEAD~1"), NOTHING);
}

#[test]
fn a_line_that_did_not_move_along_is_the_fault_of_the_change() {
    let shop = Sandbox::repository(
        "-- CODEOWNERS --\n* @ann\n/old/ @bob\n-- old/a --\nhere\n-- old/b --\nthere\n",
    );
    shop.git(["mv", "old", "new"]);
    shop.commit();
    assert_eq!(
        new(&shop, "HEAD~1"),
        ["warning codeowners/dead-pattern CODEOWNERS:2"]
    );
    assert_eq!(handovers(&change(&shop, "HEAD~1")), ["@bob > @ann: new/"]);
}

#[test]
fn a_file_that_is_edited_on_the_way_brings_what_was_added() {
    let shop = Sandbox::repository(MARKERS);
    shop.write("lib/one.rs", source(1));
    shop.write("lib/two.rs", source(2));
    shop.write("app.js", source(3));
    shop.commit();
    // To another folder under another name; to another name; and a file that becomes a folder's index.
    shop.git(["mv", "lib/one.rs", "first.rs"]);
    shop.git(["mv", "lib/two.rs", "lib/zwei.rs"]);
    shop.git(["rm", "-q", "app.js"]);
    shop.write("first.rs", source(1) + "// TODO: more\n");
    shop.write(
        "lib/zwei.rs",
        String::from("// FIXME: first\n") + &source(2),
    );
    shop.write("app/index.js", source(3) + "// HACK: last\n");
    shop.commit();
    assert_eq!(
        new(&shop, "HEAD~1"),
        [
            "warning debt/untracked-marker app/index.js:10",
            "warning debt/untracked-marker first.rs:10",
            "warning debt/untracked-marker lib/zwei.rs:1",
        ]
    );
    let change = change(&shop, "HEAD~1");
    assert_eq!(
        (&change["files"], &change["existing"]),
        (&3.into(), &4.into())
    );
}

#[test]
fn what_was_copied_is_new() {
    let shop = Sandbox::repository(MARKERS);
    shop.write("one.rs", source(1));
    shop.commit();
    shop.write("two.rs", source(1));
    shop.commit();
    assert_eq!(
        new(&shop, "HEAD~1"),
        ["warning debt/untracked-marker two.rs:1"]
    );
}

#[test]
fn a_file_of_which_little_is_left_is_another_one() {
    let shop = Sandbox::repository(MARKERS);
    shop.write("one.rs", source(1));
    shop.commit();
    shop.git(["rm", "-q", "one.rs"]);
    shop.write(
        "two.rs",
        "// TODO: number 1\n".to_owned() + &source(2)[20..],
    );
    shop.commit();
    assert_eq!(
        new(&shop, "HEAD~1"),
        ["warning debt/untracked-marker two.rs:1"]
    );
    assert_eq!(change(&shop, "HEAD~1")["fixed"]["debt/untracked-marker"], 1);
}

#[test]
fn a_name_may_change_in_case_alone() {
    let shop = Sandbox::repository(MARKERS);
    shop.add("-- CODEOWNERS --\n* @ann\n/Docs/ @bob\n/Docs/gone @bob\n");
    shop.write("Docs/Guide.rs", source(1));
    shop.write("Docs/more.rs", source(2));
    shop.commit();
    shop.git(["mv", "Docs", "between"]);
    shop.git(["mv", "between", "docs"]);
    shop.git(["mv", "docs/Guide.rs", "docs/guide.rs"]);
    shop.add("-- CODEOWNERS --\n* @ann\n/docs/ @bob\n/docs/gone @bob\n");
    shop.commit();
    assert_eq!(new(&shop, "HEAD~1"), NOTHING);
    assert_eq!(handovers(&change(&shop, "HEAD~1")), NOTHING);
}

#[test]
fn modes_and_submodules_bring_nothing() {
    let shop = Sandbox::repository(MARKERS);
    let link = |commit: &str| format!("160000,{},lib/theirs", commit.repeat(40));
    shop.write("run.sh", "# TODO: later\n");
    shop.write("CODEOWNERS", "* @ann\n/lib/ @bob\n");
    shop.commit();
    shop.git(["update-index", "--add", "--cacheinfo", &link("1")]);
    shop.git(["commit", "-q", "-m", "submodule"]);
    shop.git(["update-index", "--cacheinfo", &link("2")]);
    shop.git(["update-index", "--chmod=+x", "run.sh"]);
    shop.git(["commit", "-q", "-m", "bump"]);
    for more in [&[][..], &["--at", "HEAD"]] {
        let report = shop.report([&["--since", "HEAD~1"], more].concat());
        assert_eq!(report["findings"], serde_json::json!([]));
        assert_eq!(super::approvals(&report["change"]), ["2 @bob: lib/theirs"]);
    }
}

#[test]
fn a_line_about_a_folder_that_went_may_stay_as_it_was() {
    let shop = Sandbox::repository(
        "-- CODEOWNERS --\n* @ann\n/old/none/ @bob\n-- old/__init__.py --\n-- old/a.py --\na\n-- old/b.py --\nb\n",
    );
    // One of its files is like another one that came; that one did not take the folder with it.
    shop.git(["rm", "-q", "-r", "old"]);
    shop.write("new/__init__.py", "");
    shop.git(["add", "-A"]);
    assert_eq!(new(&shop, "HEAD"), NOTHING);
    shop.git(["reset", "-q", "--hard"]);
    // All went, and the line stands where it stood.
    shop.git(["mv", "old", "new"]);
    assert_eq!(new(&shop, "HEAD"), NOTHING);
    assert_eq!(change(&shop, "HEAD")["fixed"], serde_json::json!({}));
    // A second one is new.
    shop.write("CODEOWNERS", "* @ann\n/old/none/ @bob\n/new/none/ @bob\n");
    assert_eq!(
        new(&shop, "HEAD"),
        ["warning codeowners/dead-pattern CODEOWNERS:3"]
    );
}

#[test]
fn a_comment_may_go_on_to_speak_of_the_old_place_or_not() {
    let shop = Sandbox::repository(MARKERS);
    shop.write(
        "old/a.rs",
        "// TODO: merge with old/b.rs\n// TODO: see old/\n",
    );
    shop.write("old/b.rs", source(2));
    shop.commit();
    shop.git(["mv", "old", "new"]);
    assert_eq!(new(&shop, "HEAD"), NOTHING);
    shop.write(
        "new/a.rs",
        "// TODO: merge with new/b.rs\n// TODO: see new/\n",
    );
    assert_eq!(new(&shop, "HEAD"), NOTHING);
}
