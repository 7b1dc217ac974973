//! A revision that a workflow names. It becomes an argument of `git fetch`, so it is checked to be nothing else.

/// The name of a commit, in git's syntax for revisions without those forms that have blanks or name a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Revision {
    text: String,
    /// Where the name of the reference or commit ends, and `^`, `~` or `@{` begins.
    stem: usize,
}

impl Revision {
    /// Parses a revision: a name as git-check-ref-format(1) allows it, and behind it what gitrevisions(7) allows.
    ///
    /// # Errors
    /// It is an option or a refspec of git, or no revision; returns the reason, as what follows its name.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        if text.starts_with(['-', '+', '^', '~']) {
            return Err("starts with a sign");
        }
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("has a blank or a control character");
        }
        if text.contains([':', '?', '*', '[', '\\']) {
            return Err("has one of the characters `:?*[\\`");
        }
        let signs = ["^", "~", "@{"].map(|sign| text.find(sign));
        let stem = signs.into_iter().flatten().min().unwrap_or(text.len());
        let name = &text[..stem];
        let is_part =
            |part: &str| !part.is_empty() && !part.starts_with('.') && !part.ends_with(".lock");
        if text.contains("..")
            || !name.is_empty() && !name.split('/').all(is_part)
            || text.ends_with('.')
        {
            return Err("is no name that git allows");
        }
        match name.is_empty() && !text.starts_with("@{") {
            true => Err("is no name that git allows"),
            false => Ok(Revision {
                text: text.to_owned(),
                stem,
            }),
        }
    }

    /// Returns the revision as it was written.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the revisions that this one can mean in a checkout, as written first: `actions/checkout` makes no local
    /// branches but the one that it checks out.
    pub(super) fn meanings(&self) -> Vec<String> {
        let (name, suffix) = self.text.split_at(self.stem);
        let mut meanings = vec![self.text.clone()];
        if !self.is_of_head() && !is_hash(name) {
            let branch = name.strip_prefix("refs/heads/");
            if branch.is_some() || !name.starts_with("refs/") {
                let branch = branch.unwrap_or(name);
                meanings.push(format!("refs/remotes/origin/{branch}{suffix}"));
            }
        }
        meanings
    }

    /// Returns the refspecs that can bring the commit, by preference. `HEAD` means the commit that is checked out.
    pub(super) fn refspecs(&self) -> Vec<String> {
        let name = &self.text[..self.stem];
        let branch = |name: &str| format!("+refs/heads/{name}:refs/remotes/origin/{name}");
        let same = |name: &str| format!("+{name}:{name}");
        let mut refspecs = Vec::new();
        if is_hash(name) {
            refspecs.push(name.to_owned());
        } else if let Some(name) = name.strip_prefix("refs/remotes/origin/") {
            refspecs.push(branch(name));
        } else if let Some(name) = name.strip_prefix("refs/heads/") {
            refspecs.push(branch(name));
        } else if name.starts_with("refs/") {
            refspecs.push(same(name));
        } else if !self.is_of_head() {
            refspecs.extend(name.strip_prefix("origin/").map(branch));
            refspecs.push(branch(name));
            refspecs.push(same(&format!("refs/tags/{name}")));
        }
        refspecs.push("HEAD".to_owned());
        refspecs
    }

    fn is_of_head(&self) -> bool {
        matches!(&self.text[..self.stem], "" | "@" | "HEAD")
    }
}

/// Returns true if the name has the form of a full hash.
fn is_hash(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn accepts_names_of_commits() {
        for text in [
            "main",
            "v1.0",
            "HEAD",
            "HEAD~3",
            "HEAD^",
            "@",
            "@{-1}",
            "main@{1}",
            "release/1.x^{commit}",
            "origin/main",
            "refs/heads/a-b",
            "refs/pull/7/merge",
            "0123456",
            "v1.0^{}",
            "größe",
            "a/-b",
            "HEAD^2~1",
        ] {
            assert_eq!(
                Revision::parse(text).map(|it| it.text),
                Ok(text.to_owned()),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_options_refspecs_and_what_is_no_name() {
        for text in [
            "-x",
            "--upload-pack=touch x",
            "+main",
            "main:main",
            "refs/heads/*",
            "a b",
            "a\nb",
            "a\u{7f}",
            "a\u{a0}b",
            "",
            "a..b",
            "a...b",
            "^main",
            "~1",
            ".a",
            "a/.b",
            "a//b",
            "/a",
            "a/",
            "a.lock",
            "a.lock/b",
            "a.",
            "a?",
            "a[0]",
            "a\\b",
            ":/fix",
            "HEAD:file",
            "a\u{2028}b",
        ] {
            assert!(Revision::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn names_what_to_fetch() {
        let refspecs = |text| Revision::parse(text).unwrap().refspecs();
        assert_eq!(refspecs("HEAD~3"), ["HEAD"]);
        assert_eq!(
            refspecs("release/1^2"),
            [
                "+refs/heads/release/1:refs/remotes/origin/release/1",
                "+refs/tags/release/1:refs/tags/release/1",
                "HEAD"
            ]
        );
        assert_eq!(
            refspecs("origin/main")[0],
            "+refs/heads/main:refs/remotes/origin/main"
        );
        assert_eq!(
            refspecs("refs/tags/v1"),
            ["+refs/tags/v1:refs/tags/v1", "HEAD"]
        );
        let hash = "a".repeat(40);
        assert_eq!(refspecs(&format!("{hash}~1")), [hash.as_str(), "HEAD"]);
        let meanings = |text| Revision::parse(text).unwrap().meanings();
        assert_eq!(meanings("main~1"), ["main~1", "refs/remotes/origin/main~1"]);
        assert_eq!(meanings("HEAD~1"), ["HEAD~1"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_refspec_is_never_an_option_or_a_list(text in "[-a:+^~@{}./ *\n\u{85}\\\\]{1,12}") {
            if let Ok(revision) = Revision::parse(&text) {
                for part in revision.refspecs().into_iter().chain(revision.meanings()) {
                    prop_assert!(!part.starts_with('-'), "{part:?}");
                    prop_assert!(part.matches(':').count() <= 1, "{part:?}");
                    prop_assert!(!part.contains(['*', '\n', ' ']), "{part:?}");
                    prop_assert!(part.contains(':') == part.starts_with('+'), "{part:?}");
                }
            }
        }
    }
}
