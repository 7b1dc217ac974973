//! Files and folders that are there to develop, to test or to show something, not to serve anybody.

/// Folders of such things.
const FOLDERS: [&[u8]; 35] = [
    b"bench",
    b"benchmark",
    b"benchmarks",
    b"ci",
    b"contrib",
    b"demo",
    b"demos",
    b"dev",
    b"dev-tools",
    b"develop",
    b"development",
    b"devtools",
    b"doc",
    b"docs",
    b"documentation",
    b"example",
    b"examples",
    b"fuzz",
    b"hack",
    b"mock",
    b"mocks",
    b"playground",
    b"sample",
    b"sample-charts",
    b"samples",
    b"scaffold",
    b"scripts",
    b"skeleton",
    b"template",
    b"templates",
    b"tool",
    b"tools",
    b"tooling",
    b"tutorial",
    b"tutorials",
];

/// Words in the names of folders and files of such things.
const WORDS: [&[u8]; 10] = [
    b"benchmark",
    b"ci",
    b"e2e",
    b"example",
    b"fixture",
    b"fixtures",
    b"integration",
    b"test",
    b"testing",
    b"tests",
];

/// Words of which one is enough in the name of a folder, where files of such a name may well serve.
const FOLDER_WORDS: [&[u8]; 4] = [b"e2e", b"test", b"testing", b"tests"];

/// Whether the file at this path is there for that: it has such a name, or lies in such a folder or in a
/// hidden one.
pub(super) fn is_aside(path: &[u8]) -> bool {
    let slash = memchr::memrchr(b'/', path);
    let (folder, name) = match slash {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (&b""[..], path),
    };
    has(name, &WORDS) || is_folder_aside(folder)
}

/// Whether a folder is there for that.
pub(super) fn is_folder_aside(folder: &[u8]) -> bool {
    let mut parts = folder.split(|&byte| byte == b'/');
    parts.any(|part| {
        let lower = part.to_ascii_lowercase();
        part.starts_with(b".") || FOLDERS.contains(&&lower[..]) || has(part, &FOLDER_WORDS)
    })
}

/// Whether one of the words is among those of a name.
fn has(name: &[u8], words: &[&[u8]]) -> bool {
    let mut found = name.split(|byte| !byte.is_ascii_alphanumeric());
    found.any(|word| words.contains(&&word.to_ascii_lowercase()[..]))
}
