//! The table of languages: what starts and ends their comments and strings.

use super::languages::At::{Any, Apart, Column, First, Word};
use super::languages::{At, Block, Escape, Language, Line, Quote, Raw};

const BACKSLASH: Escape = Escape::Byte(b'\\');

const fn block(open: &'static str, close: &'static str) -> Block {
    block_at(open, close, Any)
}

const fn block_at(open: &'static str, close: &'static str, at: At) -> Block {
    Block {
        open,
        close,
        at,
        nests: false,
    }
}

const fn nested(open: &'static str, close: &'static str) -> Block {
    Block {
        open,
        close,
        at: Any,
        nests: true,
    }
}

/// A string on one line.
const fn short(open: &'static str, at: At, escape: Escape) -> Quote {
    Quote {
        open,
        close: open,
        at,
        escape,
        lines: false,
    }
}

/// A string that may go on over line ends.
const fn long(open: &'static str, close: &'static str, escape: Escape) -> Quote {
    Quote {
        open,
        close,
        at: Any,
        escape,
        lines: true,
    }
}

const DOUBLE: Quote = short("\"", Any, BACKSLASH);
const SINGLE: Quote = short("'", Apart, BACKSLASH);
const DOUBLES: Quote = long("\"\"\"", "\"\"\"", BACKSLASH);
const SINGLES: Quote = long("'''", "'''", BACKSLASH);
const LINES: Quote = long("\"", "\"", BACKSLASH);
const BACKTICK: Quote = long("`", "`", Escape::None);
const SLASHES: &[Line] = &[Line("//", Any)];
const HASHES: &[Line] = &[Line("#", Word)];
const STARS: &[Block] = &[block("/*", "*/")];
const STARS_NEST: &[Block] = &[nested("/*", "*/")];

/// A language with nothing, from which the others differ.
const BARE: Language = Language {
    name: "",
    line: &[],
    block: &[],
    quotes: &[],
    raw: Raw::None,
    characters: false,
    backslash: false,
    prefix: None,
    script: false,
    docstrings: false,
    brackets: false,
    heredocs: false,
};

/// The family of C: `//`, `/* */`, `"…"`, `'x'`.
const C: Language = Language {
    line: SLASHES,
    block: STARS,
    quotes: &[DOUBLE],
    characters: true,
    ..BARE
};

/// `#` behind white space, and both quotes on one line.
const SCRIPT: Language = Language {
    line: HASHES,
    quotes: &[DOUBLE, SINGLE],
    ..BARE
};

pub(super) static NOTHING: Language = BARE;
pub(super) static CPP: Language = Language {
    name: "C++",
    raw: Raw::Cpp,
    ..C
};
pub(super) static OBJECTIVE_C: Language = Language {
    name: "Objective-C",
    ..C
};
pub(super) static CURLY: Language = Language {
    name: "curly braces",
    ..C
};
pub(super) static JAVA: Language = Language {
    name: "Java",
    quotes: &[DOUBLES, DOUBLE],
    ..C
};
pub(super) static KOTLIN: Language = Language {
    name: "Kotlin",
    block: STARS_NEST,
    quotes: &[long("\"\"\"", "\"\"\"", Escape::None), DOUBLE],
    ..C
};
pub(super) static SCALA: Language = Language {
    name: "Scala",
    block: STARS_NEST,
    quotes: &[long("\"\"\"", "\"\"\"", Escape::None), DOUBLE],
    ..C
};
pub(super) static GROOVY: Language = Language {
    name: "Groovy",
    quotes: &[DOUBLES, SINGLES, DOUBLE, SINGLE],
    characters: false,
    ..C
};
pub(super) static SWIFT: Language = Language {
    name: "Swift",
    block: STARS_NEST,
    quotes: &[DOUBLES, DOUBLE],
    raw: Raw::Swift,
    ..C
};
pub(super) static DART: Language = Language {
    name: "Dart",
    block: STARS_NEST,
    quotes: &[DOUBLES, SINGLES, DOUBLE, SINGLE],
    characters: false,
    ..C
};
pub(super) static GO: Language = Language {
    name: "Go",
    quotes: &[DOUBLE, BACKTICK],
    ..C
};
pub(super) static CSHARP: Language = Language {
    name: "C#",
    quotes: &[
        long("@\"", "\"", Escape::Doubled),
        long("@$\"", "\"", Escape::Doubled),
        DOUBLE,
    ],
    raw: Raw::CSharp,
    ..C
};
pub(super) static RUST: Language = Language {
    name: "Rust",
    block: STARS_NEST,
    quotes: &[LINES],
    raw: Raw::Rust,
    ..C
};
pub(super) static D: Language = Language {
    name: "D",
    block: &[block("/*", "*/"), nested("/+", "+/")],
    quotes: &[LINES, BACKTICK],
    ..C
};
pub(super) static ZIG: Language = Language {
    name: "Zig",
    block: &[],
    quotes: &[
        Quote {
            open: "\\\\",
            close: "\n",
            at: First,
            escape: Escape::None,
            lines: false,
        },
        DOUBLE,
    ],
    ..C
};
const ECMA: Language = Language {
    quotes: &[DOUBLE, SINGLE],
    characters: false,
    script: true,
    ..C
};
pub(super) static JAVASCRIPT: Language = Language {
    name: "JavaScript",
    ..ECMA
};
pub(super) static TYPESCRIPT: Language = Language {
    name: "TypeScript",
    ..ECMA
};
pub(super) static COFFEE: Language = Language {
    name: "CoffeeScript",
    line: HASHES,
    block: &[block_at("###", "###", First)],
    quotes: &[DOUBLES, SINGLES, DOUBLE, SINGLE],
    ..BARE
};
pub(super) static JSON: Language = Language {
    name: "JSON",
    quotes: &[DOUBLE, SINGLE],
    characters: false,
    ..C
};
pub(super) static JSONNET: Language = Language {
    name: "Jsonnet",
    line: &[Line("//", Any), Line("#", Word)],
    quotes: &[long("\"", "\"", BACKSLASH), SINGLE],
    characters: false,
    ..C
};
pub(super) static CSS: Language = Language {
    name: "CSS",
    block: STARS,
    quotes: &[DOUBLE, SINGLE],
    ..BARE
};
pub(super) static SCSS: Language = Language {
    name: "SCSS",
    line: &[Line("//", Word)],
    block: STARS,
    quotes: &[DOUBLE, SINGLE],
    ..BARE
};
pub(super) static PYTHON: Language = Language {
    name: "Python",
    line: &[Line("#", Any)],
    quotes: &[DOUBLES, SINGLES, DOUBLE, short("'", Any, BACKSLASH)],
    docstrings: true,
    ..BARE
};
pub(super) static RUBY: Language = Language {
    name: "Ruby",
    block: &[block_at("=begin", "\n=end", Column)],
    ..SCRIPT
};
pub(super) static PERL: Language = Language {
    name: "Perl",
    block: &[
        block_at("=pod", "\n=cut", Column),
        block_at("=head", "\n=cut", Column),
        block_at("=over", "\n=cut", Column),
        block_at("=item", "\n=cut", Column),
        block_at("=begin", "\n=cut", Column),
        block_at("=for", "\n=cut", Column),
        block_at("=encoding", "\n=cut", Column),
    ],
    backslash: true,
    ..SCRIPT
};
pub(super) static PHP: Language = Language {
    name: "PHP",
    line: &[Line("//", Any), Line("#", Word)],
    block: &[block("/*", "*/"), block("<!--", "-->")],
    quotes: &[DOUBLE, SINGLE],
    ..BARE
};
pub(super) static SHELL: Language = Language {
    name: "Shell",
    backslash: true,
    heredocs: true,
    ..SCRIPT
};
pub(super) static POWERSHELL: Language = Language {
    name: "PowerShell",
    block: &[block("<#", "#>")],
    quotes: &[
        short("\"", Any, Escape::Byte(b'`')),
        short("'", Apart, Escape::Doubled),
    ],
    ..SCRIPT
};
pub(super) static BATCH: Language = Language {
    name: "Batch",
    line: &[Line("rem", First), Line("@rem", First), Line("::", First)],
    ..BARE
};
pub(super) static MAKE: Language = Language {
    name: "Make",
    backslash: true,
    ..SCRIPT
};
pub(super) static CMAKE: Language = Language {
    name: "CMake",
    line: &[Line("#", Any)],
    block: &[block("#[[", "]]"), block("#[=[", "]=]")],
    quotes: &[LINES],
    ..BARE
};
pub(super) static DOCKER: Language = Language {
    name: "Dockerfile",
    ..SCRIPT
};
pub(super) static M4: Language = Language {
    name: "M4",
    line: &[Line("#", Word), Line("dnl", Word)],
    ..BARE
};
pub(super) static LUA: Language = Language {
    name: "Lua",
    line: &[Line("--", Any)],
    quotes: &[DOUBLE, short("'", Any, BACKSLASH)],
    brackets: true,
    ..BARE
};
pub(super) static SQL: Language = Language {
    name: "SQL",
    line: &[Line("--", Any), Line("#", First)],
    block: STARS,
    quotes: &[
        short("\"", Any, Escape::Doubled),
        short("'", Apart, Escape::Doubled),
        short("`", Any, Escape::None),
    ],
    ..BARE
};
/// Of Cassandra. Source: Apache Cassandra documentation, *The Cassandra Query Language*, "Definitions".
pub(super) static CQL: Language = Language {
    name: "CQL",
    line: &[Line("--", Any), Line("//", Any)],
    quotes: &[
        short("\"", Any, Escape::Doubled),
        short("'", Any, Escape::Doubled),
        long("$$", "$$", Escape::None),
    ],
    ..SQL
};
pub(super) static HASKELL: Language = Language {
    name: "Haskell",
    line: &[Line("--", Any)],
    block: &[nested("{-", "-}")],
    quotes: &[DOUBLE],
    characters: true,
    ..BARE
};
pub(super) static OCAML: Language = Language {
    name: "OCaml",
    block: &[nested("(*", "*)")],
    quotes: &[LINES, long("{|", "|}", Escape::None)],
    characters: true,
    ..BARE
};
pub(super) static FSHARP: Language = Language {
    name: "F#",
    line: SLASHES,
    block: &[nested("(*", "*)")],
    quotes: &[DOUBLES, long("@\"", "\"", Escape::Doubled), LINES],
    characters: true,
    ..BARE
};
pub(super) static PASCAL: Language = Language {
    name: "Pascal",
    line: SLASHES,
    block: &[block("{", "}"), block("(*", "*)")],
    quotes: &[short("'", Any, Escape::Doubled)],
    ..BARE
};
pub(super) static NIM: Language = Language {
    name: "Nim",
    line: &[Line("#", Any)],
    block: &[nested("#[", "]#"), nested("##[", "]##")],
    quotes: &[long("\"\"\"", "\"\"\"", Escape::None), DOUBLE],
    characters: true,
    ..BARE
};
pub(super) static ELIXIR: Language = Language {
    name: "Elixir",
    quotes: &[DOUBLES, SINGLES, LINES, SINGLE],
    prefix: Some(b'?'),
    ..SCRIPT
};
pub(super) static ERLANG: Language = Language {
    name: "Erlang",
    line: &[Line("%", Any)],
    quotes: &[LINES, short("'", Any, BACKSLASH)],
    prefix: Some(b'$'),
    ..BARE
};
pub(super) static LISP: Language = Language {
    name: "Lisp",
    line: &[Line(";", Any)],
    block: &[nested("#|", "|#")],
    quotes: &[LINES],
    backslash: true,
    ..BARE
};
pub(super) static TEX: Language = Language {
    name: "TeX",
    line: &[Line("%", Any)],
    backslash: true,
    ..BARE
};
pub(super) static VIM: Language = Language {
    name: "Vim script",
    line: &[Line("\"", First), Line("#", First)],
    quotes: &[DOUBLE, short("'", Apart, Escape::Doubled)],
    ..BARE
};
pub(super) static JULIA: Language = Language {
    name: "Julia",
    line: &[Line("#", Any)],
    block: &[nested("#=", "=#")],
    quotes: &[DOUBLES, LINES],
    characters: true,
    ..BARE
};
pub(super) static R: Language = Language {
    name: "R",
    line: &[Line("#", Any)],
    ..SCRIPT
};
pub(super) static MATLAB: Language = Language {
    name: "MATLAB",
    line: &[Line("%", Any), Line("#", Word)],
    block: &[block_at("%{", "%}", First)],
    quotes: &[
        short("\"", Any, Escape::Doubled),
        short("'", Apart, Escape::Doubled),
    ],
    ..BARE
};
pub(super) static FORTRAN: Language = Language {
    name: "Fortran",
    line: &[Line("!", Any)],
    quotes: &[
        short("\"", Any, Escape::Doubled),
        short("'", Apart, Escape::Doubled),
    ],
    ..BARE
};
pub(super) static FORTRAN_FIXED: Language = Language {
    name: "Fortran",
    line: &[Line("!", Any), Line("c", Column), Line("*", Column)],
    quotes: &[short("'", Apart, Escape::Doubled)],
    ..BARE
};
pub(super) static ADA: Language = Language {
    name: "Ada",
    line: &[Line("--", Any)],
    quotes: &[short("\"", Any, Escape::Doubled)],
    characters: true,
    ..BARE
};
pub(super) static VHDL: Language = Language {
    name: "VHDL",
    line: &[Line("--", Any)],
    block: STARS,
    quotes: &[short("\"", Any, Escape::Doubled)],
    characters: true,
    ..BARE
};
pub(super) static VERILOG: Language = Language {
    name: "Verilog",
    characters: false,
    ..C
};
pub(super) static ASSEMBLY: Language = Language {
    name: "Assembly",
    line: &[
        Line("//", Any),
        Line(";", Any),
        Line("#", Word),
        Line("@", Word),
    ],
    block: STARS,
    quotes: &[DOUBLE],
    characters: true,
    ..BARE
};
pub(super) static SOLIDITY: Language = Language {
    name: "Solidity",
    quotes: &[DOUBLE, SINGLE],
    characters: false,
    ..C
};
pub(super) static PROTOBUF: Language = Language {
    name: "Protobuf",
    quotes: &[DOUBLE, SINGLE],
    characters: false,
    ..C
};
pub(super) static THRIFT: Language = Language {
    name: "Thrift",
    line: &[Line("//", Any), Line("#", Word)],
    quotes: &[DOUBLE, SINGLE],
    characters: false,
    ..C
};
pub(super) static GRAPHQL: Language = Language {
    name: "GraphQL",
    line: &[Line("#", Any)],
    quotes: &[DOUBLES, DOUBLE],
    ..BARE
};
pub(super) static HCL: Language = Language {
    name: "HCL",
    line: &[Line("//", Word), Line("#", Any)],
    block: &[block_at("/*", "*/", Word)],
    quotes: &[DOUBLE],
    ..BARE
};
pub(super) static NIX: Language = Language {
    name: "Nix",
    line: HASHES,
    block: STARS,
    quotes: &[long("''", "''", Escape::None), LINES],
    ..BARE
};
/// With the comments of Go templates, which charts hold.
pub(super) static YAML: Language = Language {
    name: "YAML",
    block: &[
        block("{{/*", "*/"),
        block("{{- /*", "*/"),
        block("{#-", "#}"),
    ],
    quotes: &[
        short("\"", Apart, BACKSLASH),
        short("'", Apart, Escape::Doubled),
    ],
    ..SCRIPT
};
pub(super) static TOML: Language = Language {
    name: "TOML",
    line: &[Line("#", Any)],
    quotes: &[
        DOUBLES,
        long("'''", "'''", Escape::None),
        DOUBLE,
        short("'", Any, Escape::None),
    ],
    ..BARE
};
pub(super) static CONFIG: Language = Language {
    name: "configuration",
    line: &[
        Line("#", Word),
        Line(";", First),
        Line("!", First),
        Line("//", First),
    ],
    ..BARE
};
pub(super) static HASH: Language = Language {
    name: "hash comments",
    ..SCRIPT
};
pub(super) static BASIC: Language = Language {
    name: "Basic",
    line: &[Line("'", Any), Line("rem", First)],
    quotes: &[short("\"", Any, Escape::Doubled)],
    ..BARE
};
pub(super) static XML: Language = Language {
    name: "XML",
    block: &[block("<!--", "-->")],
    ..BARE
};
/// HTML, its templates, and what holds scripts and styles beside it.
pub(super) static PAGE: Language = Language {
    name: "HTML",
    line: &[Line("//", Word)],
    block: &[
        block("<!--", "-->"),
        block("{{!--", "--}}"),
        block("{{!", "}}"),
        block("{{/*", "*/"),
        block("{{- /*", "*/"),
        block("{/*", "*/"),
        block("{#", "#}"),
        block("<%--", "--%>"),
        block("<%#", "%>"),
        block("@*", "*@"),
        block_at("/*", "*/", Word),
    ],
    ..BARE
};
pub(super) static MARKDOWN: Language = Language {
    name: "Markdown",
    block: &[block("<!--", "-->"), block_at("{/*", "*/}", First)],
    ..BARE
};
pub(super) static RST: Language = Language {
    name: "reStructuredText",
    line: &[Line(".. ", First)],
    ..BARE
};
pub(super) static ASCIIDOC: Language = Language {
    name: "AsciiDoc",
    line: &[Line("//", Column)],
    block: &[block_at("////", "\n////", Column)],
    ..BARE
};

/// Every language that files are read with.
#[cfg(any(test, feature = "fuzzing"))]
pub(super) static ALL: &[&Language] = &[
    &CPP,
    &OBJECTIVE_C,
    &CURLY,
    &JAVA,
    &KOTLIN,
    &SCALA,
    &GROOVY,
    &SWIFT,
    &DART,
    &GO,
    &CSHARP,
    &RUST,
    &D,
    &ZIG,
    &JAVASCRIPT,
    &TYPESCRIPT,
    &COFFEE,
    &JSON,
    &JSONNET,
    &CSS,
    &SCSS,
    &PYTHON,
    &RUBY,
    &PERL,
    &PHP,
    &SHELL,
    &POWERSHELL,
    &BATCH,
    &MAKE,
    &CMAKE,
    &DOCKER,
    &M4,
    &LUA,
    &SQL,
    &CQL,
    &HASKELL,
    &OCAML,
    &FSHARP,
    &PASCAL,
    &NIM,
    &ELIXIR,
    &ERLANG,
    &LISP,
    &TEX,
    &VIM,
    &JULIA,
    &R,
    &MATLAB,
    &FORTRAN,
    &FORTRAN_FIXED,
    &ADA,
    &VHDL,
    &VERILOG,
    &ASSEMBLY,
    &SOLIDITY,
    &PROTOBUF,
    &THRIFT,
    &GRAPHQL,
    &HCL,
    &NIX,
    &YAML,
    &TOML,
    &CONFIG,
    &HASH,
    &BASIC,
    &XML,
    &PAGE,
    &MARKDOWN,
    &RST,
    &ASCIIDOC,
];
