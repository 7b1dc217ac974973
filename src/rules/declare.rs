//! The one way to declare a rule.

/// Declares the rule of a file as `RULE`. The doc comment is the rule's page: Markdown under the
/// headings *What it checks*, *Why it matters*, *Example*, *Instead*, *Options* and *Needs*, where
/// *Example* and *Instead* hold a small repository each that a test runs.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:literal])+
        id: $id:literal,
        summary: $summary:literal,
        level: $level:ident, strict: $strict:ident,
        status: $status:ident,
        organizational: $organizational:literal,
        needs: [$($need:ident),*],
        options: $options:ty,
        check: $kind:ident($check:expr),
        $(places: [$($grouping:ident $(($cause:literal))?),+],)?
    ) => {
        pub(crate) static RULE: $crate::rules::Rule = $crate::rules::Rule {
            spec: $crate::policy::RuleSpec {
                id: $id,
                summary: $summary,
                level: $crate::policy::Level::$level,
                strict: $crate::policy::Level::$strict,
                options: <$options>::SPECS,
                default_options: || Box::new(<$options>::default()),
            },
            status: $crate::rules::Status::$status,
            needs: &[$($crate::rules::Need::$need),*],
            organizational: $organizational,
            places: &[$($($crate::rules::Grouping::$grouping $(($cause))?),+)?],
            docs: concat!($($doc, "\n"),+),
            check: $crate::rules::Check::$kind($check),
            file: file!(),
        };
    };
}

pub(crate) use declare_rule;
