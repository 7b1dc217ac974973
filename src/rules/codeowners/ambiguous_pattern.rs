//! `codeowners/ambiguous-pattern`

use crate::facts::Location;
use crate::policy::{NoOptions, Settings};
use crate::rules::{Edit, Fix};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::{Span, count, list};

declare_rule! {
    /// ## What it checks
    ///
    /// Spellings on which the forge and other tools that read ownership files disagree, where the
    /// readings differ for the tracked files:
    ///
    /// - a wildcard in the last segment (`doc*`, `/.*`) that matches a folder: by the rules of gitignore
    ///   the pattern owns everything below it; reports differ on whether GitHub sees it so;
    /// - braces, `*.{js,ts}`: alternatives to some tools, plain characters to others;
    /// - `#` within a pattern: the start of a comment to some tools, a plain character to others;
    /// - `**/` alone: with or without the files in the root;
    /// - three or more asterisks in a row, and a `\` at the end of a pattern;
    /// - a byte order mark before a pattern on the first line.
    ///
    /// A lone `*` as the last segment is documented and never ambiguous.
    ///
    /// ## Why it matters
    ///
    /// What a reviewer sees in an editor or in a check is then not what the forge does.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /doc* @bob
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// /docs/ @bob
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The tracked files and the ownership file.
    id: "codeowners/ambiguous-pattern",
    summary: "the forge and other tools read a pattern differently",
    level: Note, strict: Warning,
    status: Stable,
    organizational: false,
    needs: [Tree, OwnershipFile],
    options: NoOptions,
    check: OwnershipRule(check),
}

fn check(line: RuleLine<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    if super::misread_line::misreading(line, view).is_some() {
        // That line has a better finding than this one.
        return Verdict::Pass;
    }
    let found = spelling(line, view)
        .or_else(|| root_files(line, view))
        .or_else(|| folders(line, view))
        .or_else(|| byte_order_mark(line));
    found
        .map(|found| found.owners(line.rule().owner_names()))
        .into()
}

fn violation(line: RuleLine<'_>, label: &'static str, message: String, help: String) -> Violation {
    Violation::new(line.pattern(label), message).help(help)
}

/// What is ambiguous in the characters of a pattern, if anything is. Such a pattern may match no file
/// in one reading and some in another.
pub(super) fn spelling(line: RuleLine<'_>, view: &View<'_>) -> Option<Violation> {
    let pattern = line.rule().pattern_text();
    let dead = view
        .undecided(line.place)
        .is_some_and(|undecided| undecided.matched == 0);
    if dead && let Some(alternatives) = alternatives(&pattern) {
        let message =
            format!("`{pattern}` has alternatives for some tools, but GitHub documents no braces");
        let help = format!("write a line for each: {alternatives}");
        return Some(violation(line, "braces", message, help));
    }
    if pattern.contains('#') && !pattern.starts_with("\\#") {
        let message = format!("some tools read a comment from the `#` in `{pattern}` on");
        let plain = pattern.replace("\\#", "?").replace('#', "?");
        let help = match dead {
            true => "put white space before the `#` of a comment".to_owned(),
            false => format!("write `{plain}`, in which the `?` stands for the `#`"),
        };
        return Some(violation(line, "a `#` within the pattern", message, help));
    }
    if pattern.contains("***") {
        let message =
            format!("the asterisks in `{pattern}` mean `*` to some tools and `**` to others");
        let help = "write `*` for names in one folder, or `**` for any depth".to_owned();
        return Some(violation(line, "three asterisks or more", message, help));
    }
    let backslashes = pattern.len() - pattern.trim_end_matches('\\').len();
    if backslashes % 2 == 1 {
        let message = format!(
            "the `\\` at the end of `{pattern}` is a plain character to some tools; to others the \
             pattern matches nothing"
        );
        let help = format!("write `{}`", &pattern[..pattern.len() - 1]);
        return Some(violation(line, "a `\\` at the end", message, help));
    }
    None
}

/// The alternatives of the first `{a,b}` in a pattern, each as a pattern; none if there is none.
fn alternatives(pattern: &str) -> Option<String> {
    /// How many alternatives are written out.
    const MOST: usize = 4;
    let (before, rest) = pattern.split_once('{')?;
    let (inside, behind) = rest.split_once('}')?;
    if before.ends_with('\\') || !inside.contains(',') {
        return None;
    }
    let written = inside.split(',').take(MOST);
    let written: Vec<String> = written
        .map(|name| format!("`{before}{name}{behind}`"))
        .collect();
    Some(list(&written, inside.split(',').count() - written.len()))
}

/// What is to be said of a file over which the readings differ.
const UNCLEAR: &str = "whether the line owns it is unclear";

/// `**/` alone, over files in the root.
fn root_files(line: RuleLine<'_>, view: &View<'_>) -> Option<Violation> {
    let pattern = line.rule().pattern_text();
    if !line.rule().pattern().is_catch_all() || !pattern.ends_with('/') {
        return None;
    }
    let tree = &view.repository.tree;
    let mut files = view
        .decided_files(line.place)
        .iter()
        .map(|&file| tree.path(file as usize));
    let root_file = files.find(|path| !path.contains(&b'/'))?;
    let message =
        format!("`{pattern}` owns the files in the root to some tools, but not to gitignore");
    let help = "write `*` for all files, or `*/` for those in folders".to_owned();
    let violation = violation(line, "every folder, or every file?", message, help);
    Some(violation.related(Location::file(root_file.into(), UNCLEAR)))
}

/// A wildcard in the last segment, over files that only a folder of a matching name leads to.
fn folders(line: RuleLine<'_>, view: &View<'_>) -> Option<Violation> {
    let pattern = line.rule().pattern();
    let tree = &view.repository.tree;
    let files = view.decided_files(line.place).iter();
    let paths = files.map(|&file| tree.path(file as usize));
    let mut contested = paths.filter(|path| pattern.is_contested(path));
    let witness = contested.next()?;
    let files = 1 + contested.count();
    let mut folders = memchr::memchr_iter(b'/', witness).map(|slash| &witness[..slash]);
    let folder = String::from_utf8_lossy(folders.find(|folder| pattern.names(folder))?);
    let text = line.rule().pattern_text();
    let message = format!(
        "reports differ on whether GitHub lets `{text}` own {} below folders such as `{folder}`",
        count(files, "file")
    );
    let help = format!("write `{text}/` or `/{folder}/` for what lies below folders");
    let violation = violation(line, "matches a folder", message, help);
    Some(violation.related(Location::file(witness.into(), UNCLEAR)))
}

/// A byte order mark before the pattern.
fn byte_order_mark(line: RuleLine<'_>) -> Option<Violation> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let text = line.file.text();
    if line.rule().line() != 1 || !text.bytes().starts_with(MARK) {
        return None;
    }
    let pattern = line.rule().pattern_text();
    let message =
        format!("the byte order mark before `{pattern}` is a part of the pattern to some tools");
    let help = "save the file as UTF-8 without byte order mark".to_owned();
    let violation = violation(line, "behind a byte order mark", message, help);
    Some(violation.fix(Fix {
        description: "remove the byte order mark".into(),
        edits: vec![Edit::new(text, Span::new(0, MARK.len()), "")],
    }))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const PATHS: [&str; 8] = [
        ".github/workflows/ci.yml",
        "c#/a",
        "docs/api/a.md",
        "docs/a.md",
        "lib.js/a.js",
        "lib.js/b.ts",
        "main.js",
        "old.js/a.js",
    ];

    fn check(text: &str) -> String {
        MiniRepository::owned(text, PATHS).check(&RULE)
    }

    #[test]
    fn wildcards_that_match_folders() {
        expect![[r#"
            fail CODEOWNERS:1:1 reports differ on whether GitHub lets `*.js` own 1 file below folders such as `lib.js`
              see lib.js/b.ts whether the line owns it is unclear
              help: write `*.js/` or `/lib.js/` for what lies below folders
            fail CODEOWNERS:2:1 reports differ on whether GitHub lets `/.*` own 1 file below folders such as `.github`
              see .github/workflows/ci.yml whether the line owns it is unclear
              help: write `/.*/` or `/.github/` for what lies below folders
            fail CODEOWNERS:3:1 reports differ on whether GitHub lets `/docs/a*` own 1 file below folders such as `docs/api`
              see docs/api/a.md whether the line owns it is unclear
              help: write `/docs/a*/` or `/docs/api/` for what lies below folders
        "#]]
        .assert_eq(&check("*.js @ann\n/.* @ann\n/docs/a* @bob\n"));
    }

    #[test]
    fn spellings_that_are_read_in_two_ways() {
        expect![[r##"
            fail CODEOWNERS:1:1 `*.{md,rs}` has alternatives for some tools, but GitHub documents no braces
              help: write a line for each: `*.md` and `*.rs`
            fail CODEOWNERS:2:1 some tools read a comment from the `#` in `/c#/` on
              help: write `/c?/`, in which the `?` stands for the `#`
            fail CODEOWNERS:3:1 some tools read a comment from the `#` in `/docs/#all` on
              help: put white space before the `#` of a comment
            fail CODEOWNERS:4:1 the asterisks in `/docs/***` mean `*` to some tools and `**` to others
              help: write `*` for names in one folder, or `**` for any depth
            fail CODEOWNERS:5:1 the `\` at the end of `/docs\` is a plain character to some tools; to others the pattern matches nothing
              help: write `/docs`
        "##]]
        .assert_eq(&check("*.{md,rs} @a\n/c#/ @a\n/docs/#all @a\n/docs/*** @a\n/docs\\\n"));
    }

    #[test]
    fn a_lone_globstar_folder_and_a_byte_order_mark() {
        expect![[r#"
            fail CODEOWNERS:1:2 `**/` owns the files in the root to some tools, but not to gitignore
              see CODEOWNERS whether the line owns it is unclear
              help: write `*` for all files, or `*/` for those in folders
        "#]]
        .assert_eq(&check("\u{feff}**/ @ann"));
        expect![[r#"
            fail CODEOWNERS:1:2 the byte order mark before `*` is a part of the pattern to some tools
              help: save the file as UTF-8 without byte order mark
              fix: bytes 0 to 3 become ""
        "#]]
        .assert_eq(&check("\u{feff}* @ann"));
    }

    #[test]
    fn what_all_read_alike_in_this_tree_passes() {
        for text in [
            "* @a",
            "/docs/* @a",
            "*.md @a",
            "/docs* @a\n/docs/ @b",
            "*.js/ @a",
            "**/docs @a",
            "/**/a.md @a",
            "*.js @a\n*.ts @a\n",
            "\u{feff}# top\n* @a",
            "/{docs}/ @a",
            "a\\\\ @a",
            "**/ @a\n/* @a",
        ] {
            assert_eq!(check(text), "pass\n", "{text}");
        }
    }

    #[test]
    fn many_alternatives_are_not_all_written_out() {
        let found = check("/{a,b,c,d,e,f}/x @a");
        assert!(
            found.contains("`/a/x`, `/b/x`, `/c/x`, `/d/x` and 2 more"),
            "{found}"
        );
    }
}
