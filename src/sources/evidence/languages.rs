//! How comments and strings look in a file, told by its name and, where that says nothing, its first line.
//!
//! A syntax here is only as exact as finding comments needs. Known simplifications: heredocs are read as
//! code but for those of shells; an expression within an interpolated string is read as a string (but for templates of JavaScript);
//! HTML and its kin are not split into their parts, so that comments of scripts and styles count
//! everywhere in them; a `.m` file is Objective-C unless its first line says MATLAB.

use super::syntaxes as s;

/// Where something may start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// Anywhere.
    Any,
    /// Not directly behind a letter or digit: not the apostrophe of a word.
    Apart,
    /// Behind white space or the end of a command.
    Word,
    /// As the first thing on a line.
    First,
    /// In the first column.
    Column,
}

/// What starts a comment that ends with its line.
#[derive(Debug)]
pub(super) struct Line(pub(super) &'static str, pub(super) At);

/// A comment with an end of its own.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    pub(super) at: At,
    /// A comment within a comment has to be closed, too.
    pub(super) nests: bool,
}

/// How a string holds its own delimiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Escape {
    /// Not at all.
    None,
    /// The byte behind this one is never a delimiter.
    Byte(u8),
    /// Written twice.
    Doubled,
}

/// A string.
#[derive(Debug)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    pub(super) at: At,
    pub(super) escape: Escape,
    /// It may go on over line ends. One that may not ends there, closed or not.
    pub(super) lines: bool,
}

/// Strings whose end depends on how they start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raw {
    /// There are none.
    None,
    /// Rust: `r"…"`, `r#"…"#`.
    Rust,
    /// C++: `R"x(…)x"`.
    Cpp,
    /// Swift: `#"…"#`.
    Swift,
    /// C#: three or more quotes, closed by as many.
    CSharp,
}

/// The syntax of comments and strings of a kind of file.
#[derive(Debug)]
pub(super) struct Language {
    /// What people call it.
    pub(super) name: &'static str,
    pub(super) line: &'static [Line],
    pub(super) block: &'static [Block],
    /// Longer delimiters stand before those that they start with.
    pub(super) quotes: &'static [Quote],
    pub(super) raw: Raw,
    /// `'x'` is a character; any other `'` stands for itself, as in a lifetime or a digit separator.
    pub(super) characters: bool,
    /// Outside of strings, too, a backslash takes the next byte's meaning.
    pub(super) backslash: bool,
    /// The byte behind this one is a character: `$"` in Erlang.
    pub(super) prefix: Option<u8>,
    /// `/…/` may be a regular expression, and `` `…${…}…` `` is a template.
    pub(super) script: bool,
    /// A triple-quoted string that is a statement of its own is a comment.
    pub(super) docstrings: bool,
    /// Brackets of any length: `[==[…]==]`, and comments of them behind `--`.
    pub(super) brackets: bool,
    /// `<<END` makes the next lines a string, up to a line `END`.
    pub(super) heredocs: bool,
}

impl Language {
    /// The language of a file, by its path and, for a name that says nothing, its first line.
    /// `None` for prose, data without comments, and what is not known.
    pub(super) fn of(path: &[u8], bytes: &[u8]) -> Option<&'static Language> {
        let name = lowercase_name(path);
        let found = named(&name, bytes)
            .or_else(|| within_template(&name, bytes))
            .or_else(|| shebang(bytes));
        found.filter(|language| !language.name.is_empty())
    }

    /// Whether nobody here can tell by a file's name what its comments look like, or that it has none.
    /// Of a name without a dot the first line may tell it.
    pub(super) fn is_unknown(path: &[u8]) -> bool {
        let name = lowercase_name(path);
        let is_known = || named(&name, b"").or_else(|| within_template(&name, b""));
        name.contains('.') && is_known().is_none()
    }

    /// Whether the first line of a file of this name, of which the name says no language, may say it.
    pub(super) fn may_be_told_by_first_line(name: &[u8]) -> bool {
        let extension = memchr::memrchr(b'.', name).map(|dot| &name[dot + 1..]);
        extension.is_none_or(|extension| {
            let mut templates = PLAIN_TEMPLATES.iter();
            templates.any(|other| extension.eq_ignore_ascii_case(other.as_bytes()))
        })
    }
}

/// Returns the file name of a path in lower case. Bytes that are not UTF-8 are replaced: the extension
/// still shows the language.
fn lowercase_name(path: &[u8]) -> String {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

/// Extensions of what is to be copied and filled in, behind one that tells the language or none.
const PLAIN_TEMPLATES: [&str; 8] = [
    "in", "dist", "sample", "example", "template", "bak", "orig", "default",
];

fn within_template(name: &str, bytes: &[u8]) -> Option<&'static Language> {
    let (inner, extension) = name.rsplit_once('.')?;
    let page = match extension {
        _ if PLAIN_TEMPLATES.contains(&extension) => None,
        "tmpl" | "tpl" | "gotmpl" | "j2" | "jinja" | "jinja2" | "erb" | "ejs" | "liquid"
        | "mustache" | "hbs" | "handlebars" | "twig" | "njk" => Some(&s::PAGE),
        _ => return None,
    };
    named(inner, bytes).or(page)
}

/// The language that a file name in lower case stands for; one without a name for prose and data.
fn named(name: &str, bytes: &[u8]) -> Option<&'static Language> {
    by_name(name).or_else(|| {
        let (_, extension) = name.rsplit_once('.')?;
        match extension {
            "m" if first_line(bytes).starts_with(b"%")
                || first_line(bytes).starts_with(b"function") =>
            {
                Some(&s::MATLAB)
            }
            "ts" if first_line(bytes).starts_with(b"<?xml") => Some(&s::XML),
            _ => by_extension(extension),
        }
    })
}

fn by_name(name: &str) -> Option<&'static Language> {
    Some(match name {
        "makefile" | "gnumakefile" | "bsdmakefile" | "kbuild" => &s::MAKE,
        "cmakelists.txt" => &s::CMAKE,
        "build" | "workspace" | "buck" | "targets" | "tiltfile" | "sconstruct" | "sconscript"
        | "wscript" | "snakefile" => &s::PYTHON,
        "gemfile" | "rakefile" | "podfile" | "vagrantfile" | "fastfile" | "appfile"
        | "brewfile" | "guardfile" | "capfile" | "dangerfile" | "berksfile" | "config.ru" => {
            &s::RUBY
        }
        "jenkinsfile" => &s::GROOVY,
        "go.mod" | "go.work" => &s::GO,
        "cargo.lock" | "pipfile" | "poetry.lock" | "uv.lock" => &s::TOML,
        "meson.build" | "meson_options.txt" | "justfile" | "procfile" | "caddyfile"
        | "codeowners" | "requirements.txt" | "constraints.txt" | "crontab" | "owners"
        | "kconfig" | "earthfile" => &s::HASH,
        ".gitignore"
        | ".gitattributes"
        | ".gitmodules"
        | ".mailmap"
        | ".dockerignore"
        | ".npmignore"
        | ".prettierignore"
        | ".eslintignore"
        | ".helmignore"
        | ".editorconfig"
        | ".bazelrc"
        | ".npmrc"
        | ".pylintrc"
        | ".flake8"
        | ".coveragerc"
        | ".env"
        | ".git-blame-ignore-revs"
        | ".gitconfig" => &s::CONFIG,
        ".bashrc" | ".bash_profile" | ".bash_aliases" | ".zshrc" | ".zshenv" | ".profile"
        | ".envrc" | "pkgbuild" | "apkbuild" | "configure" => &s::SHELL,
        ".vimrc" | ".gvimrc" | "_vimrc" => &s::VIM,
        ".emacs" => &s::LISP,
        ".babelrc" | ".eslintrc" | ".jshintrc" | ".swcrc" => &s::JSON,
        ".clang-format" | ".clang-tidy" | ".clangd" | ".yamllint" => &s::YAML,
        ".prettierrc" => &s::YAML,
        _ if name.starts_with("dockerfile") || name.starts_with("containerfile") => &s::DOCKER,
        _ if name.starts_with("makefile.") => &s::MAKE,
        _ if name.starts_with("jenkinsfile") => &s::GROOVY,
        _ if name.starts_with("requirements") && name.ends_with(".txt") => &s::HASH,
        _ => return None,
    })
}

fn by_extension(extension: &str) -> Option<&'static Language> {
    Some(match extension {
        "rs" => &s::RUST,
        "c" | "h" | "cc" | "cpp" | "cxx" | "c++" | "hh" | "hpp" | "hxx" | "h++" | "ipp" | "tpp"
        | "inl" | "ino" | "cu" | "cuh" | "pde" | "l" | "lex" | "y" | "yy" | "inc" | "td"
        | "tcc" | "ixx" | "cppm" => &s::CPP,
        "m" | "mm" => &s::OBJECTIVE_C,
        "glsl" | "vert" | "frag" | "comp" | "geom" | "hlsl" | "metal" | "wgsl" | "cl" | "mlir"
        | "dts" | "dtsi" | "overlay" | "idl" | "rl" | "fbs" | "avdl" | "qml" | "vala" | "hx"
        | "as" | "odin" | "move" | "cairo" | "g4" | "pest" | "cue" | "cocci" | "smithy"
        | "aidl" => &s::CURLY,
        "java" | "jav" => &s::JAVA,
        "kt" | "kts" => &s::KOTLIN,
        "scala" | "sc" | "sbt" => &s::SCALA,
        "groovy" | "gradle" | "gvy" | "nf" => &s::GROOVY,
        "swift" => &s::SWIFT,
        "dart" => &s::DART,
        "go" => &s::GO,
        "cs" | "csx" => &s::CSHARP,
        "d" | "di" => &s::D,
        "zig" | "zon" => &s::ZIG,
        "js" | "mjs" | "cjs" | "jsx" | "es6" => &s::JAVASCRIPT,
        "ts" | "tsx" | "mts" | "cts" => &s::TYPESCRIPT,
        "coffee" => &s::COFFEE,
        "json" | "jsonc" | "json5" | "code-workspace" | "hjson" | "webmanifest" => &s::JSON,
        "jsonnet" | "libsonnet" => &s::JSONNET,
        "css" => &s::CSS,
        "scss" | "less" | "sass" | "styl" | "pcss" => &s::SCSS,
        "py" | "pyi" | "pyx" | "pxd" | "pxi" | "pyw" | "bzl" | "bazel" | "star" | "sky" | "gyp"
        | "gypi" | "smk" => &s::PYTHON,
        "rb" | "rake" | "gemspec" | "ru" | "podspec" | "cr" | "jbuilder" => &s::RUBY,
        "pl" | "pm" | "t" | "psgi" | "perl" | "raku" => &s::PERL,
        "php" | "phtml" | "php3" | "php4" | "php5" | "phps" => &s::PHP,
        "sh" | "bash" | "zsh" | "ksh" | "fish" | "bats" | "ebuild" | "command" => &s::SHELL,
        "ps1" | "psm1" | "psd1" => &s::POWERSHELL,
        "bat" | "cmd" => &s::BATCH,
        "mk" | "mak" | "make" | "am" => &s::MAKE,
        "cmake" => &s::CMAKE,
        "dockerfile" | "containerfile" => &s::DOCKER,
        "m4" | "ac" => &s::M4,
        "lua" | "luau" | "rockspec" => &s::LUA,
        "sql" | "psql" | "ddl" | "pgsql" | "plsql" | "mysql" | "hql" => &s::SQL,
        "cql" => &s::CQL,
        "hs" | "lhs" | "elm" | "purs" | "idr" | "agda" | "dhall" | "hsc" | "cabal" => &s::HASKELL,
        "ml" | "mli" | "mll" | "mly" => &s::OCAML,
        "fs" | "fsx" | "fsi" => &s::FSHARP,
        "pas" | "dpr" | "lpr" | "dfm" => &s::PASCAL,
        "nim" | "nims" | "nimble" => &s::NIM,
        "ex" | "exs" | "heex" => &s::ELIXIR,
        "erl" | "hrl" | "escript" => &s::ERLANG,
        "el" | "lisp" | "lsp" | "scm" | "ss" | "rkt" | "clj" | "cljs" | "cljc" | "edn" | "fnl"
        | "hy" | "bb" => &s::LISP,
        "tex" | "sty" | "cls" | "ltx" | "bib" | "dtx" => &s::TEX,
        "vim" => &s::VIM,
        "jl" => &s::JULIA,
        "r" => &s::R,
        "f" | "for" | "f77" => &s::FORTRAN_FIXED,
        "f90" | "f95" | "f03" | "f08" => &s::FORTRAN,
        "adb" | "ads" => &s::ADA,
        "vhd" | "vhdl" => &s::VHDL,
        "v" | "sv" | "svh" | "vh" => &s::VERILOG,
        "s" | "asm" | "nasm" | "ll" => &s::ASSEMBLY,
        "sol" => &s::SOLIDITY,
        "proto" | "proto3" => &s::PROTOBUF,
        "thrift" => &s::THRIFT,
        "graphql" | "gql" | "graphqls" => &s::GRAPHQL,
        "tf" | "tfvars" | "hcl" | "nomad" | "bu" => &s::HCL,
        "nix" => &s::NIX,
        "yaml" | "yml" | "cff" => &s::YAML,
        "toml" => &s::TOML,
        "ini" | "cfg" | "conf" | "cnf" | "properties" | "service" | "desktop" | "env" | "po"
        | "pot" | "timer" | "socket" => &s::CONFIG,
        "awk" | "sed" | "tcl" | "ninja" | "gn" | "gni" | "rego" | "capnp" | "feature" | "robot"
        | "gd" | "pp" | "just" | "lark" | "exp" | "gnuplot" | "gdb" | "spec" | "sage" | "nginx" => {
            &s::HASH
        }
        "vb" | "bas" | "vbs" | "vba" => &s::BASIC,
        "xml" | "xsd" | "xsl" | "xslt" | "svg" | "plist" | "xaml" | "resx" | "csproj"
        | "vbproj" | "fsproj" | "vcxproj" | "props" | "targets" | "pom" | "nuspec" | "wsdl"
        | "storyboard" | "xib" | "rng" | "dtd" | "xlf" | "ui" => &s::XML,
        "html" | "htm" | "xhtml" | "vue" | "svelte" | "astro" | "jsp" | "jspx" | "cshtml"
        | "razor" | "aspx" | "ascx" | "marko" => &s::PAGE,
        "md" | "markdown" | "mdx" | "mdc" | "qmd" | "rmd" => &s::MARKDOWN,
        "rst" => &s::RST,
        "adoc" | "asciidoc" => &s::ASCIIDOC,
        // Prose, and data without comments: the first line is not asked either.
        "txt" | "csv" | "tsv" | "log" | "lock" | "sum" | "patch" | "diff" | "snap" | "ipynb" => {
            &s::NOTHING
        }
        _ => return None,
    })
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let start = &bytes[..bytes.len().min(256)];
    start.split(|&byte| byte == b'\n').next().unwrap_or(start)
}

fn shebang(bytes: &[u8]) -> Option<&'static Language> {
    let line = std::str::from_utf8(first_line(bytes).strip_prefix(b"#!")?).ok()?;
    let program = line
        .split_ascii_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .find(|word| *word != "env" && !word.starts_with('-') && !word.contains('='))?;
    let program = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    Some(match program {
        "sh" | "bash" | "zsh" | "ksh" | "dash" | "ash" | "fish" | "bats" => &s::SHELL,
        "python" | "pypy" | "uv" => &s::PYTHON,
        "ruby" => &s::RUBY,
        "perl" => &s::PERL,
        "php" => &s::PHP,
        "node" | "nodejs" | "bun" => &s::JAVASCRIPT,
        "deno" | "ts-node" | "tsx" => &s::TYPESCRIPT,
        "lua" | "luajit" => &s::LUA,
        "groovy" => &s::GROOVY,
        "rscript" | "Rscript" => &s::R,
        "awk" | "gawk" | "sed" | "tclsh" | "expect" | "make" => &s::HASH,
        "elixir" => &s::ELIXIR,
        "escript" => &s::ERLANG,
        "pwsh" => &s::POWERSHELL,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_name_then_its_template_then_its_first_line() {
        let cases: &[(&str, &str, Option<&str>)] = &[
            ("src/a.rs", "", Some("Rust")),
            ("A.PY", "", Some("Python")),
            ("x/Makefile", "", Some("Make")),
            ("Dockerfile.dev", "", Some("Dockerfile")),
            ("CMakeLists.txt", "", Some("CMake")),
            ("pkg/BUILD", "", Some("Python")),
            ("pkg/BUILD.bazel", "", Some("Python")),
            ("config.yaml.j2", "", Some("YAML")),
            ("page.tmpl", "", Some("HTML")),
            ("config.mak.in", "", Some("Make")),
            (
                "bin/run",
                "#!/usr/bin/env -S python3.12 -u\n",
                Some("Python"),
            ),
            ("bin/run", "#!/bin/sh\n", Some("Shell")),
            ("bin/run", "\x7fELF", None),
            ("f.m", "% matlab\n", Some("MATLAB")),
            ("f.m", "#import <x.h>\n", Some("Objective-C")),
            ("notes.txt", "#!/bin/sh\n", None),
            ("hooks/pre-push.sample", "#!/bin/sh\n", Some("Shell")),
            ("hooks/pre-push.sample", "", None),
            ("schema.cql", "", Some("CQL")),
            ("LICENSE", "", None),
        ];
        for (path, bytes, name) in cases {
            let found = Language::of(path.as_bytes(), bytes.as_bytes());
            assert_eq!(found.map(|language| language.name), *name, "{path}");
        }
        let name_of = |path: &[u8]| Language::of(path, b"").map(|language| language.name);
        assert_eq!(name_of(b"a/bad\xffname.go"), Some("Go"));
        assert_eq!(name_of(b"a.\xff"), None);
    }

    #[test]
    fn a_type_is_unknown_where_neither_its_comments_nor_their_absence_is_known() {
        for unknown in [
            &b"a.png"[..],
            b"src/a.xyz",
            b"a.png.in",
            b".unheard",
            b"a.\xff",
        ] {
            assert!(Language::is_unknown(unknown), "{unknown:?}");
        }
        for known in [
            "a.rs",
            "A.PY",
            "notes.txt",
            "a.json",
            "LICENSE",
            "x.y/run",
            "a.yaml.j2",
        ] {
            assert!(!Language::is_unknown(known.as_bytes()), "{known}");
        }
        assert!(!Language::is_unknown(b"bad\xffname.go"));
    }

    #[test]
    fn names_that_say_nothing_leave_it_to_the_first_line() {
        for (name, expected) in [
            ("run", true),
            ("pre-push.sample", true),
            ("config.IN", true),
            ("a.bin", false),
            ("page.tmpl", false),
        ] {
            assert_eq!(
                Language::may_be_told_by_first_line(name.as_bytes()),
                expected,
                "{name}"
            );
        }
    }
}
