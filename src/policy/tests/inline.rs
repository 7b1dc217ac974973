//! Suppressions in comments.

use expect_test::expect;

use super::*;

/// One line that says what a comment means.
fn read(comment: &str) -> String {
    let rulebook = Rulebook::new(&RULES, &RETIRED);
    match Inline::parse(comment, &rulebook) {
        None => "nothing".into(),
        Some(Ok(inline)) => {
            let rules = inline.rules.iter();
            let rules: Vec<_> = rules
                .map(|(rule, span)| format!("{rule}@{}..{}", span.start, span.end))
                .collect();
            let until = inline
                .until
                .map_or(String::new(), |date| format!(" until {date}"));
            let text = &comment[inline.span.start..inline.span.end];
            format!(
                "{}{until} because <{}> in <{text}>",
                rules.join(" "),
                inline.reason
            )
        }
        Some(Err(problem)) => {
            let text = &comment[problem.span.start..problem.span.end];
            let text = format!("<{text}> {}; {}", problem.message, problem.help);
            crate::text::terminal(&text).into_owned()
        }
    }
}

#[test]
fn comments_allow_or_are_wrong_or_mean_nothing() {
    let comments = [
        "bailiwick: allow(runbooks/missing) we have none yet",
        "# bailiwick: allow(runbooks/missing, codeowners/*, until=2027-03-31) migration ",
        "/* bailiwick:allow( runbooks/missing ) why not */",
        "<!-- bailiwick: allow(runbooks/missing,) docs only -->",
        "    //!   bailiwick: allow(runbooks/missing) reason (with more)\nnext line",
        "see `bailiwick: allow(runbooks/missing) x`",
        "bailiwick: a linter",
        "bailiwick:",
        "bailiwick",
        "",
        "# bailiwick: alow(runbooks/missing) x",
        "# bailiwick: deny(runbooks/missing) x",
        "# bailiwick: allow runbooks/missing because",
        "# bailiwick: allow(runbooks/missing because",
        "# bailiwick: allow() x",
        "# bailiwick: allow(until=2027-03-31) x",
        "# bailiwick: allow(runbooks/missing)",
        "# bailiwick: allow(runbooks/missing) -- ",
        "# bailiwick: allow(runbooks/mising) x",
        "# bailiwick: allow(codeowners/unmatched-pattern) x",
        "# bailiwick: allow(codeowners/tabs) x",
        "# bailiwick: allow(runbook/*) x",
        "# bailiwick: allow(*) x",
        "# bailiwick: allow(runbooks/missing, until=tomorrow) x",
        "# bailiwick: allow(runbooks/missing, until=2027-02-30) x",
        "# bailiwick: allow(runbooks/missing, til=2027-02-03) x",
        "# bailiwick: allow(ä\u{0}, ü) x",
    ];
    let table = comments.map(|comment| format!("{comment:?}\n    {}\n", read(comment)));
    expect![[r##"
        "bailiwick: allow(runbooks/missing) we have none yet"
            runbooks/missing@17..33 because <we have none yet> in <bailiwick: allow(runbooks/missing) we have none yet>
        "# bailiwick: allow(runbooks/missing, codeowners/*, until=2027-03-31) migration "
            runbooks/missing@19..35 codeowners/*@37..49 until 2027-03-31 because <migration> in <bailiwick: allow(runbooks/missing, codeowners/*, until=2027-03-31) migration>
        "/* bailiwick:allow( runbooks/missing ) why not */"
            runbooks/missing@20..36 because <why not> in <bailiwick:allow( runbooks/missing ) why not>
        "<!-- bailiwick: allow(runbooks/missing,) docs only -->"
            runbooks/missing@22..38 because <docs only> in <bailiwick: allow(runbooks/missing,) docs only>
        "    //!   bailiwick: allow(runbooks/missing) reason (with more)\nnext line"
            runbooks/missing@27..43 because <reason (with more)> in <bailiwick: allow(runbooks/missing) reason (with more)>
        "see `bailiwick: allow(runbooks/missing) x`"
            nothing
        "bailiwick: a linter"
            nothing
        "bailiwick:"
            nothing
        "bailiwick"
            nothing
        ""
            nothing
        "# bailiwick: alow(runbooks/missing) x"
            <alow> unknown verb `alow`; did you mean `allow`?
        "# bailiwick: deny(runbooks/missing) x"
            <deny> unknown verb `deny`; the only verb is `allow`
        "# bailiwick: allow runbooks/missing because"
            <allow> `allow` names no rule; write `bailiwick: allow(family/name) reason`
        "# bailiwick: allow(runbooks/missing because"
            <(> the parenthesis is not closed; write `bailiwick: allow(family/name) reason`
        "# bailiwick: allow() x"
            <()> `allow` names no rule; write `bailiwick: allow(family/name) reason`
        "# bailiwick: allow(until=2027-03-31) x"
            <(until=2027-03-31)> `allow` names no rule; write `bailiwick: allow(family/name) reason`
        "# bailiwick: allow(runbooks/missing)"
            <bailiwick: allow(runbooks/missing)> the suppression gives no reason; say why behind the parenthesis
        "# bailiwick: allow(runbooks/missing) -- "
            <bailiwick: allow(runbooks/missing)> the suppression gives no reason; say why behind the parenthesis
        "# bailiwick: allow(runbooks/mising) x"
            <runbooks/mising> unknown rule `runbooks/mising`; did you mean `runbooks/missing`?
        "# bailiwick: allow(codeowners/unmatched-pattern) x"
            <codeowners/unmatched-pattern> `codeowners/unmatched-pattern` is called `codeowners/dead-pattern` since 0.2.0; write `codeowners/dead-pattern`
        "# bailiwick: allow(codeowners/tabs) x"
            <codeowners/tabs> `codeowners/tabs` was removed in 0.3.0: no forge minds them; remove this line
        "# bailiwick: allow(runbook/*) x"
            <runbook/*> `runbook/*` names no family of rules; did you mean `runbooks/*`?
        "# bailiwick: allow(*) x"
            <*> a comment cannot allow everything; name the rules, or a family: `family/*`
        "# bailiwick: allow(runbooks/missing, until=tomorrow) x"
            <until=tomorrow> `tomorrow` is no date; write one such as `until=2027-03-31`
        "# bailiwick: allow(runbooks/missing, until=2027-02-30) x"
            <until=2027-02-30> `2027-02-30` is no date; write one such as `until=2027-03-31`
        "# bailiwick: allow(runbooks/missing, til=2027-02-03) x"
            <til=2027-02-03> unknown key `til`; the only key is `until`
        "# bailiwick: allow(ä\0, ü) x"
            <ä\x00> unknown rule `ä\x00`; `bailiwick rules` lists all rules
    "##]].assert_eq(&table.concat());
}

#[test]
fn long_comments_take_no_time() {
    for part in ["(", "bailiwick:", "allow(", ",", "a", "é"] {
        let comment = format!("# bailiwick: allow({}) x", part.repeat(200_000));
        read(&comment);
        read(&part.repeat(200_000));
    }
}
