use proptest::prelude::*;

use super::*;
use crate::sources::evidence::syntaxes;

fn comments(path: &str, source: &str) -> Vec<String> {
    let language = Language::of(path.as_bytes(), source.as_bytes()).expect(path);
    let pieces = Pieces::scan(source.as_bytes(), language, usize::MAX);
    let comments = pieces
        .all()
        .iter()
        .filter(|piece| piece.kind != PieceKind::String);
    comments
        .map(|piece| String::from_utf8_lossy(piece.body.of(source.as_bytes())).into_owned())
        .collect()
}

/// In every case `YES` stands in comments and nowhere else, and `NO` in none.
#[test]
fn comments_are_told_from_strings_in_every_language() {
    let cases: &[(&str, &str)] = &[
        (
            "a.rs",
            "let a = \"// NO\"; // YES\nlet b = 'x'; fn f<'a>(x: &'a str) {} // YES",
        ),
        (
            "a.rs",
            "r#\"\" // NO\"#; /* /* YES */ YES */ b'\"'; // YES\n'\\''; // YES\nr\"\\\"; // YES",
        ),
        (
            "a.rs",
            "\"a\n// NO\n\"; //! YES\n/// YES\nlet x: &'static str; '\"'; // YES",
        ),
        (
            "a.py",
            "x = '# NO'  # YES\ny = \"\"\"\n# NO\n\"\"\"\nf(\n    '''NO'''\n)",
        ),
        (
            "a.py",
            "def f():\n    \"\"\"YES\n    YES\"\"\"\n    s = \\\n    \"\"\"NO\"\"\"\n    r'''YES'''  # YES",
        ),
        (
            "a.go",
            "`// NO\n// NO` // YES\n'\"' // YES\n/* YES */ \"\\\"// NO\"",
        ),
        (
            "a.js",
            "x = /[\"'/]/; // YES\ny = a / b; // YES\n`// NO ${f(`// NO`, {}) /* YES */} NO // NO`; // YES",
        ),
        (
            "a.jsx",
            "<p>Don't</p> {/* YES */}\n<br /> // YES\n</div>\n\"// NO\" // YES",
        ),
        (
            "a.ts",
            "return /'/ // YES\nconst url = 'http://NO' // YES\n(a, /\\// /* YES */)",
        ),
        (
            "a.c",
            "int a = 1'000; char c = '\"'; // YES\n#define S \"// NO\" /* YES\nYES */\n\"a\\\n// NO\"",
        ),
        (
            "a.cpp",
            "R\"x(// NO \" )\" // NO)x\"; // YES\nL\"// NO\"; // YES",
        ),
        (
            "A.java",
            "\"\"\"\n// NO\n\"\"\"; // YES\n/** YES */ '\\'' // YES",
        ),
        ("a.kt", "\"\"\"\\\"\"\" /* /* YES */ YES */ \"// NO\""),
        (
            "a.cs",
            "@\"\\\"; // YES\n$@\"\"\" NO // NO\"; // YES\n\"\"\"\"\n// NO\"\"\"\n\"\"\"\"; // YES",
        ),
        ("a.swift", "#\"\" // NO\"#; // YES\n/* /* YES */ YES */"),
        ("a.rb", "'# NO' # YES\n\"#{NO}\"\n=begin\nYES\n=end\nNO = 1"),
        ("a.pl", "$#NO; # YES\n=head1 YES\nYES\n\n=cut\nNO\n'# NO'"),
        (
            "a.sh",
            "echo ${#NO} '# NO' # YES\necho \\\"; # YES\nt 'x' '\n\t# YES\n'\ndon\\'t # YES",
        ),
        (
            "a.sh",
            "cat <<-\\EOF && # YES\n\t# NO '\n\tEOF\n# YES\nx=$((1 << n)) # YES\ny <<<NO # YES\n",
        ),
        ("Makefile", "a:\n\t@echo \"# NO\" # YES"),
        (
            "a.lua",
            "x = [[ -- NO ]] -- YES\n--[==[ YES ]] YES ]==] NO()",
        ),
        ("a.sql", "select '-- NO''-- NO' -- YES\n/* YES */"),
        (
            "a.cql",
            "select '-- NO', 'https://NO', \"//NO\" -- YES\n$$ // NO $$ // YES\n/* YES */",
        ),
        (
            "a.hs",
            "f' x = '\"' -- YES\n{- YES {- YES -} YES -} \"-- NO\"",
        ),
        (
            "a.ml",
            "(* YES (* YES *) YES *) \"(* NO\" '\"' (* YES *) {|(* NO|}",
        ),
        ("a.pas", "'{ NO' { YES } (* YES *) // YES"),
        ("a.nim", "#[ YES #[ YES ]# YES ]# NO # YES"),
        ("a.ex", "?\" # YES\n\"\"\"\n# NO\n\"\"\"\n~s # YES"),
        ("a.erl", "$\" % YES\n\"% NO\" $\\\" % YES"),
        ("a.el", "?\\\" ; YES\n\"; NO\" #| YES |#"),
        ("a.tex", "10\\% NO % YES"),
        ("a.vim", "\" YES\nlet x = \"NO\""),
        ("a.bat", "REM YES\n:: YES\nremove NO\n@rem YES"),
        ("a.ps1", "\"`\"# NO\" # YES\n<# YES #> NO"),
        ("a.jl", "#= YES #= YES =# YES =# NO # YES"),
        ("a.f90", "'! NO' ! YES"),
        ("a.f", "c YES\n      call NO ! YES\n* YES"),
        ("a.adb", "X'First -- YES\n\"-- NO\" '\"' -- YES"),
        ("a.sol", "\"// NO\" // YES"),
        ("a.zig", "\\\\ \" // NO\n// YES\n'\"' // YES"),
        ("a.nix", "'' # NO\n\" '' # YES\n/* YES */"),
        ("a.tf", "a = \"https://NO\" # YES\n// YES\n/* YES */"),
        ("a.proto", "\"// NO\" // YES"),
        ("a.graphql", "\"\"\"\n# NO\n\"\"\" # YES"),
        ("a.d", "/+ YES /+ YES +/ YES +/ `// NO` // YES"),
        ("a.php", "'# NO' # YES\n// YES\n/* YES */ it's // YES"),
        (
            "a.yaml",
            "a: don't # YES\nb: 'x # NO' # YES\nc: a#NO\nd: |\n  # YES\n{{- /* YES */ -}}",
        ),
        ("a.toml", "a = '''\n# NO''' # YES"),
        ("a.json", "{\"// NO\": 1} // YES"),
        (
            "a.html",
            "<!-- YES --> NO it's <a href=\"//NO\" accept=\"image/*\"> NO <script>\n // YES\n /* YES */",
        ),
        ("a.vue", "<!-- YES\nYES --> NO {{/* YES */}}"),
        ("a.md", "# NO\n<!-- YES -->\n// NO"),
        ("a.css", "a { content: \"/* NO\"; } /* YES */"),
        ("Dockerfile", "# YES\nRUN echo '# NO'"),
        (
            "CMakeLists.txt",
            "#[[ YES\nYES ]] NO # YES\nset(a \"# NO\")",
        ),
        ("go.mod", "require x // YES"),
        ("a.m4", "dnl YES\ndnlNO # YES"),
        ("a.s", "mov r0, r1 ; YES\n/* YES */"),
        ("a.vhd", "x'event -- YES\n'\"' -- YES"),
        ("a.ini", "; YES\n# YES\na = NO"),
        ("a.rst", ".. YES\nNO"),
        ("a.erb", "<%# YES %> <%= NO %>"),
    ];
    for (path, source) in cases {
        let all = comments(path, source).join("\n");
        assert_eq!(
            all.matches("YES").count(),
            source.matches("YES").count(),
            "{path}: {all:?}"
        );
        assert!(!all.contains("NO"), "{path}: {all:?}");
    }
}

#[test]
fn a_stray_quote_hides_one_line_and_what_is_unclosed_ends_with_the_file() {
    assert_eq!(comments("a.c", "\"stray // a\n// b"), [" b"]);
    assert_eq!(comments("a.py", "'stray # a\r\n# b\r\n"), [" b"]);
    assert_eq!(comments("a.c", "/* a\nb"), [" a\nb"]);
    assert_eq!(comments("a.rs", "/* /* a */ b"), [" /* a */ b"]);
    assert_eq!(comments("a.py", "x = \"\"\"a\n# b"), [""; 0]);
    assert_eq!(comments("a.js", "`a ${ // b"), [" b"]);
}

#[test]
fn hostile_files_take_linear_time() {
    let size = 1 << 20;
    let hostile = [
        "/*", "(*", "{-", "\"", "'", "`${", "/", "(/[", "[=", "--[", "#", "r#\"", "R\"(", "   ",
        "\\", "\"\"\"", "<!--", "{{", "//\n", "\n  '''", "$\"", "@\"", "#|", "#[", "<<A ",
        "<<A\nA\n",
    ];
    for language in syntaxes::ALL {
        for part in hostile {
            let bytes = part.repeat(size / 16 / part.len());
            let _ = Pieces::scan(bytes.as_bytes(), language, usize::MAX);
        }
    }
    let deep = "/*".repeat(100_000) + &"*/".repeat(100_000) + "// YES";
    assert_eq!(
        comments("a.rs", &deep).last().map(String::as_str),
        Some(" YES")
    );
    let long = "x".repeat(size) + " // YES";
    assert_eq!(comments("a.rs", &long), [" YES"]);
}

fn scraps() -> impl Strategy<Value = Vec<u8>> {
    let scrap = prop_oneof![
        4 => prop::sample::select(&[
            "/*", "*/", "//", "\"", "'", "`", "${", "}", "{", "\\", "\n", "\r\n", " ", "#", "r#\"", "\"#",
            "R\"x(", ")x\"", "[[", "]]", "--", "[=[", "\"\"\"", "'''", "<!--", "-->", "(*", "*)", "{-", "-}",
            "=begin", "\n=cut", "@\"", "#[", "]#", "/", "[", "rem ", "<<A", "A\n", "%", ";", "ä", "x", "=", "$", "?", "''",
        ][..]).prop_map(|scrap| scrap.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 0..4),
    ];
    prop::collection::vec(scrap, 0..40).prop_map(|scraps| scraps.concat())
}

proptest! {
    #[test]
    fn pieces_are_ordered_apart_and_in_bounds(bytes in scraps()) {
        for language in syntaxes::ALL {
            let pieces = Pieces::scan(&bytes, language, usize::MAX);
            let mut behind = 0;
            for (index, piece) in pieces.all().iter().enumerate() {
                let (span, body) = (piece.span, piece.body);
                prop_assert!(behind <= span.start && span.start < span.end && span.end <= bytes.len());
                prop_assert!(span.start <= body.start && body.start <= body.end && body.end <= span.end, "{} {piece:?}", language.name);
                prop_assert_eq!(pieces.at(span.start), Some(index));
                prop_assert_eq!(pieces.at(span.end - 1), Some(index));
                behind = span.end;
            }
        }
    }
}
