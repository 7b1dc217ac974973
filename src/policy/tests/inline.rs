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
        "bailiwick: allow(runbooks/unheard) we have none yet",
        "# bailiwick: allow(runbooks/unheard, codeowners/*, until=2027-03-31) migration ",
        "/* bailiwick:allow( runbooks/unheard ) why not */",
        "<!-- bailiwick: allow(runbooks/unheard,) docs only -->",
        "    //!   bailiwick: allow(runbooks/unheard) reason (with more)\nnext line",
        "see `bailiwick: allow(runbooks/unheard) x`",
        "bailiwick: a linter",
        "bailiwick:",
        "bailiwick",
        "",
        "# bailiwick: alow(runbooks/unheard) x",
        "# bailiwick: deny(runbooks/unheard) x",
        "# bailiwick: allow runbooks/unheard because",
        "# bailiwick: allow(runbooks/unheard because",
        "# bailiwick: allow() x",
        "# bailiwick: allow(until=2027-03-31) x",
        "# bailiwick: allow(runbooks/unheard)",
        "# bailiwick: allow(runbooks/unheard) -- ",
        "# bailiwick: allow(runbooks/mising) x",
        "# bailiwick: allow(codeowners/unmatched-pattern) x",
        "# bailiwick: allow(codeowners/tabs) x",
        "# bailiwick: allow(runbook/*) x",
        "# bailiwick: allow(*) x",
        "# bailiwick: allow(runbooks/unheard, until=tomorrow) x",
        "# bailiwick: allow(runbooks/unheard, until=2027-02-30) x",
        "# bailiwick: allow(runbooks/unheard, til=2027-02-03) x",
        "# bailiwick: allow(ä\u{0}, ü) x",
    ];
    let table = comments.map(|comment| format!("{comment:?}\n    {}\n", read(comment)));
    expect![[r##"
        "bailiwick: allow(runbooks/unheard) we have none yet"
            runbooks/unheard@17..33 because <we have none yet> in <bailiwick: allow(runbooks/unheard) we have none yet>
        "# bailiwick: allow(runbooks/unheard, codeowners/*, until=2027-03-31) migration "
            runbooks/unheard@19..35 codeowners/*@37..49 until 2027-03-31 because <migration> in <bailiwick: allow(runbooks/unheard, codeowners/*, until=2027-03-31) migration>
        "/* bailiwick:allow( runbooks/unheard ) why not */"
            runbooks/unheard@20..36 because <why not> in <bailiwick:allow( runbooks/unheard ) why not>
        "<!-- bailiwick: allow(runbooks/unheard,) docs only -->"
            runbooks/unheard@22..38 because <docs only> in <bailiwick: allow(runbooks/unheard,) docs only>
        "    //!   bailiwick: allow(runbooks/unheard) reason (with more)\nnext line"
            runbooks/unheard@27..43 because <reason (with more)> in <bailiwick: allow(runbooks/unheard) reason (with more)>
        "see `bailiwick: allow(runbooks/unheard) x`"
            nothing
        "bailiwick: a linter"
            nothing
        "bailiwick:"
            nothing
        "bailiwick"
            nothing
        ""
            nothing
        "# bailiwick: alow(runbooks/unheard) x"
            <alow> unknown verb `alow`; did you mean `allow`?
        "# bailiwick: deny(runbooks/unheard) x"
            <deny> unknown verb `deny`; the only verb is `allow`
        "# bailiwick: allow runbooks/unheard because"
            <allow> `allow` names no rule; write `bailiwick: allow(family/name) reason`
        "# bailiwick: allow(runbooks/unheard because"
            <(> the parenthesis is not closed; write `bailiwick: allow(family/name) reason`
        "# bailiwick: allow() x"
            <()> `allow` names no rule; write `bailiwick: allow(family/name) reason`
        "# bailiwick: allow(until=2027-03-31) x"
            <(until=2027-03-31)> `allow` names no rule; write `bailiwick: allow(family/name) reason`
        "# bailiwick: allow(runbooks/unheard)"
            <bailiwick: allow(runbooks/unheard)> the suppression gives no reason; say why behind the parenthesis
        "# bailiwick: allow(runbooks/unheard) -- "
            <bailiwick: allow(runbooks/unheard)> the suppression gives no reason; say why behind the parenthesis
        "# bailiwick: allow(runbooks/mising) x"
            <runbooks/mising> unknown rule `runbooks/mising`; `bailiwick rules` lists all rules
        "# bailiwick: allow(codeowners/unmatched-pattern) x"
            <codeowners/unmatched-pattern> `codeowners/unmatched-pattern` is called `codeowners/dead-pattern` since 0.2.0; write `codeowners/dead-pattern`
        "# bailiwick: allow(codeowners/tabs) x"
            <codeowners/tabs> `codeowners/tabs` was removed in 0.3.0: no forge minds them; remove this line
        "# bailiwick: allow(runbook/*) x"
            <runbook/*> `runbook/*` names no family of rules; did you mean `runbooks/*`?
        "# bailiwick: allow(*) x"
            <*> a comment cannot allow everything; name the rules, or a family: `family/*`
        "# bailiwick: allow(runbooks/unheard, until=tomorrow) x"
            <until=tomorrow> `tomorrow` is no date; write one such as `until=2027-03-31`
        "# bailiwick: allow(runbooks/unheard, until=2027-02-30) x"
            <until=2027-02-30> `2027-02-30` is no date; write one such as `until=2027-03-31`
        "# bailiwick: allow(runbooks/unheard, til=2027-02-03) x"
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
