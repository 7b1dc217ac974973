//! The table of what silences tools.

/// Where something stands that silences a tool, and what its tail means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a comment; codes follow `:`, `=` or a bracket.
    Codes,
    /// In a comment; codes follow directly.
    List,
    /// In a comment; all that follows is the reason.
    Reason,
    /// In code, on a line of its own; codes follow directly.
    Directive,
    /// In code; its arguments say what, and perhaps `reason = "…"`.
    Attribute,
    /// In code; its arguments say why: the first string, or what there is.
    Reasoned,
    /// In code; the first string is the title of a test.
    Test,
}

/// Something that silences a tool.
#[derive(Debug)]
pub(super) struct Silencer {
    pub(super) text: &'static str,
    pub(super) tool: &'static str,
    /// The names of the languages in which it does.
    pub(super) languages: &'static [&'static str],
    pub(super) place: Place,
}

const fn new(
    text: &'static str,
    tool: &'static str,
    languages: &'static [&'static str],
    place: Place,
) -> Silencer {
    Silencer {
        text,
        tool,
        languages,
        place,
    }
}

const RUST: &[&str] = &["Rust"];
const PYTHON: &[&str] = &["Python"];
const ECMA: &[&str] = &["JavaScript", "TypeScript", "HTML"];
const GO: &[&str] = &["Go"];
const JAVA: &[&str] = &["Java", "Groovy", "Scala"];
const JVM: &[&str] = &["Java", "Groovy", "Scala", "Kotlin"];
const KOTLIN: &[&str] = &["Kotlin"];
const RUBY: &[&str] = &["Ruby"];
const CPP: &[&str] = &["C++", "Objective-C"];

pub(super) static SILENCERS: &[Silencer] = &[
    new("#[allow(", "rustc", RUST, Place::Attribute),
    new("#![allow(", "rustc", RUST, Place::Attribute),
    new("#[expect(", "rustc", RUST, Place::Attribute),
    new("#![expect(", "rustc", RUST, Place::Attribute),
    new("#[ignore", "cargo test", RUST, Place::Reasoned),
    new("noqa", "flake8", PYTHON, Place::Codes),
    new("NOQA", "flake8", PYTHON, Place::Codes),
    new("type: ignore", "mypy", PYTHON, Place::Codes),
    new("type:ignore", "mypy", PYTHON, Place::Codes),
    new("pyright: ignore", "pyright", PYTHON, Place::Codes),
    new("pylint: disable", "pylint", PYTHON, Place::Codes),
    new("pylint:disable", "pylint", PYTHON, Place::Codes),
    new("pylint: disable-next", "pylint", PYTHON, Place::Codes),
    new("nosec", "bandit", PYTHON, Place::List),
    new("nosec", "gosec", GO, Place::List),
    new("@pytest.mark.skip", "pytest", PYTHON, Place::Reasoned),
    new("@unittest.skip", "unittest", PYTHON, Place::Reasoned),
    new("eslint-disable", "eslint", ECMA, Place::List),
    new("eslint-disable-line", "eslint", ECMA, Place::List),
    new("eslint-disable-next-line", "eslint", ECMA, Place::List),
    new("@ts-ignore", "typescript", ECMA, Place::Reason),
    new("@ts-expect-error", "typescript", ECMA, Place::Reason),
    new("@ts-nocheck", "typescript", ECMA, Place::Reason),
    new("it.skip(", "jest", ECMA, Place::Test),
    new("test.skip(", "jest", ECMA, Place::Test),
    new("describe.skip(", "jest", ECMA, Place::Test),
    new("xit(", "jest", ECMA, Place::Test),
    new("xtest(", "jest", ECMA, Place::Test),
    new("xdescribe(", "jest", ECMA, Place::Test),
    new("nolint", "golangci-lint", GO, Place::Codes),
    new("t.Skip(", "go test", GO, Place::Reasoned),
    new("t.Skipf(", "go test", GO, Place::Reasoned),
    new("t.SkipNow(", "go test", GO, Place::Reasoned),
    new("@SuppressWarnings", "javac", JAVA, Place::Attribute),
    new("@Suppress", "kotlinc", KOTLIN, Place::Attribute),
    new("@Disabled", "junit", JVM, Place::Reasoned),
    new("@Ignore", "junit", JVM, Place::Reasoned),
    new("rubocop:disable", "rubocop", RUBY, Place::List),
    new("rubocop:todo", "rubocop", RUBY, Place::List),
    new("NOLINT", "clang-tidy", CPP, Place::Codes),
    new("NOLINTNEXTLINE", "clang-tidy", CPP, Place::Codes),
    new("#pragma warning disable", "csc", &["C#"], Place::Directive),
    new("shellcheck disable", "shellcheck", &["Shell"], Place::Codes),
    new("hadolint ignore", "hadolint", &["Dockerfile"], Place::Codes),
    new(
        "markdownlint-disable",
        "markdownlint",
        &["Markdown"],
        Place::List,
    ),
    new(
        "markdownlint-disable-line",
        "markdownlint",
        &["Markdown"],
        Place::List,
    ),
    new(
        "markdownlint-disable-next-line",
        "markdownlint",
        &["Markdown"],
        Place::List,
    ),
];
