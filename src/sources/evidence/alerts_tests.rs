use super::*;

fn read(content: &str) -> Read {
    super::read(&Text::new("a.yaml".into(), content.as_bytes().to_vec()))
}

/// The alerts: line, group, name, severity, and annotations with the line of each.
fn lines(content: &str) -> Vec<String> {
    let show = |alert: &Arc<Alert>| {
        let annotations = alert.annotations.iter();
        let annotations =
            annotations.map(|it| format!(" {}={}@{}", it.name, it.value, it.excerpt.line));
        let severity = alert.label("severity").unwrap_or("-");
        let (line, group, name) = (alert.excerpt.line, &alert.group, &alert.name);
        format!(
            "{line} {group}/{name} {severity}{}",
            annotations.collect::<String>()
        )
    };
    read(content).alerts.iter().map(show).collect()
}

const RULES: &str = "groups:
- name: g
  rules:
  - record: r
    expr: x
  - alert: A
    expr: x
    labels: {severity: page, team: core}
    annotations:
      summary: \"{{ $labels.instance }} is down\"
      runbook_url: https://a.b/c
  - alert: B
    expr: x
";

fn indented(by: usize) -> String {
    RULES
        .lines()
        .map(|line| format!("{:by$}{line}\n", ""))
        .collect()
}

const ALERTS: [&str; 2] = [
    "g/A page summary={{ $labels.instance }} is down runbook_url=https://a.b/c",
    "g/B -",
];

/// The alerts without their lines.
fn alerts(content: &str) -> Vec<String> {
    let without = |line: String| {
        let (_, rest) = line.split_once(' ').unwrap();
        let words = rest.split(' ').map(|word| word.split('@').next().unwrap());
        words.collect::<Vec<_>>().join(" ")
    };
    lines(content).into_iter().map(without).collect()
}

#[test]
fn alerts_are_read_with_their_places() {
    assert_eq!(
        lines(RULES),
        [
            "6 g/A page summary={{ $labels.instance }} is down@10 runbook_url=https://a.b/c@11",
            "12 g/B -"
        ]
    );
    let alert = &read(RULES).alerts[0];
    assert_eq!(alert.excerpt.marked(), "A");
    assert_eq!(alert.annotations[1].excerpt.marked(), "https://a.b/c");
    assert_eq!(alert.label("team"), Some("core"));
    assert_eq!(read(RULES).unread, None);
}

#[test]
fn all_forms_of_rule_files_are_read() {
    let nested = indented(2);
    let deeper = indented(4);
    for content in [
        format!("namespace: n\n{RULES}"),
        format!("---\nfoo: bar\n---\n{RULES}"),
        format!("\u{feff}{}", RULES.replace('\n', "\r\n")),
        format!("apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n{nested}"),
        format!("apiVersion: loki.grafana.com/v1\nkind: AlertingRule\nspec:\n{nested}"),
        format!("kind: List\nitems:\n- kind: PrometheusRule\n  spec:\n{deeper}"),
        format!("kind: ConfigMap\ndata:\n  other.conf: alert\n  a.rules: |\n{deeper}"),
        format!(
            "kind: List\nitems:\n- kind: ConfigMap\n  data:\n    a.yml: |\n{}",
            indented(6)
        ),
        format!("additionalPrometheusRulesMap:\n  mine:\n{deeper}"),
        r#"{"groups": [{"name":"g","rules":[{"alert":"A","expr":"x","labels":{"severity":"page"},
        "annotations":{"summary":"{{ $labels.instance }} is down","runbook_url":"https://a.b/c"}},
        {"alert":"B","expr":"x"}]}]}"#
            .to_owned(),
    ] {
        assert!(any(content.as_bytes()));
        assert_eq!(alerts(&content), ALERTS, "{content}");
    }
}

#[test]
fn alerts_of_a_config_map_stand_at_its_entry() {
    let content = format!("kind: ConfigMap\ndata:\n  a.rules: |\n{}", indented(4));
    let alert = &read(&content).alerts[0];
    assert_eq!((alert.excerpt.line, alert.excerpt.marked()), (3, "a.rules"));
    assert_eq!(alert.annotations[1].excerpt.line, 3);
}

#[test]
fn what_only_looks_like_an_alert_is_none() {
    for content in [
        "alert: x\nexpr: y\nrules: z\n",
        "sensor:\n- alert: {name: x}\n",
        "properties:\n  groups:\n    items:\n      rules: {alert: {type: string}, expr: {}}\n",
        "groups:\n- rules:\n  - alert: no expression\n",
        "groups: [a, {rules: [b, {alert: x}]}, {rules: {alert: x, expr: y}}]\n",
        "kind: Secret\ndata:\n  a: 'groups: [{rules: [{alert: x, expr: y}]}]'\n",
        "[[[\n",
    ] {
        let read = read(content);
        assert_eq!(read.alerts, [], "{content}");
    }
}

#[test]
fn templates_are_told_from_what_is_broken() {
    let template = Some(UnreadAlerts::Template);
    for content in [
        format!("{{{{- if .Values.on }}}}\n{RULES}{{{{- end }}}}\n"),
        format!("{{% if on %}}\n{RULES}{{% endif %}}\n"),
        format!("{{{{ if .Values.on }}}}\n{RULES}{{{{ end }}}}\n"),
        RULES.replace("expr: x", "expr: {{ .Values.x }} > 0"),
        RULES.replace("alert: B", "alert: \"{{ .Values.prefix }}B\""),
        RULES.replace("alert: B", "alert: {{ .Values.name }}"),
        RULES.replace(
            "alert: B\n",
            "alert: B\n    annotations: {{ .Values.all }}\n",
        ),
        RULES.replace("alert: B\n", "alert: B\n    labels: {{ .Values.all }}\n"),
        RULES.replace("alert: B\n", "alert: B\n    labels: !include labels.yaml\n"),
        format!(
            "kind: ConfigMap\ndata:\n  a: |\n    {{{{- if .x }}}}\n{}",
            indented(4)
        ),
    ] {
        assert_eq!(read(&content).unread, template, "{content}");
    }
    let broken = RULES.replace("alert: B", "alert: *B");
    let invalid = UnreadAlerts::Invalid(12, "while parsing node, found unknown anchor".into());
    assert_eq!(read(&broken).unread, Some(invalid));
    let content = format!("kind: ConfigMap\ndata:\n  a: |\n    b: ]\n{}", indented(4));
    assert!(matches!(
        read(&content).unread,
        Some(UnreadAlerts::Invalid(3, _))
    ));
}

#[test]
fn a_broken_document_hides_no_alert_of_another() {
    let content = format!("a: {{{{ .Values.rules }}}} x\n---\n{RULES}");
    assert_eq!(alerts(&content), ALERTS);
    assert_eq!(read(&content).unread, Some(UnreadAlerts::Template));
}

#[test]
fn values_that_a_template_makes_are_there() {
    let content = RULES
        .replace("https://a.b/c", "{{ .Values.base }}")
        .replace("page", "{{ .Values.sev }}");
    assert_eq!(
        alerts(&content)[0],
        "g/A {{ }} summary={{ $labels.instance }} is down runbook_url={{ }}"
    );
    // What Helm escapes for Prometheus stands in quotes.
    let content = RULES.replace(
        "{{ $labels.instance }}",
        "{{`{{`}} $labels.instance {{`}}`}}",
    );
    assert_eq!(read(&content).unread, None);
}

#[test]
fn labels_and_annotations_come_through_anchors_and_merge_keys() {
    let content = "x: &l {severity: page}\ngroups:\n- rules:\n  - alert: A\n    expr: x\n    labels:\n      <<: *l\n      team: a\n    annotations: &a {runbook: r}\n  - {alert: B, expr: x, labels: *l, annotations: *a}\n";
    assert_eq!(
        lines(content),
        ["4 /A page runbook=r@9", "10 /B page runbook=r@9"]
    );
}

#[test]
fn hostile_files_end_and_keep_little() {
    let rule = "  - {alert: A, expr: x, labels: *l, annotations: *a}\n";
    let all: String = (0..25)
        .map(|n| format!("  k{n}: {}\n", "x".repeat(1000)))
        .collect();
    let start = format!(
        "l: &l\n{all}a: &a\n{all}groups:\n- name: {}\n  rules:\n",
        "n".repeat(1 << 20)
    );
    let read = read(&(start + &rule.repeat(3000)));
    assert_eq!(read.unread, Some(UnreadAlerts::TooMany(MOST_ALERTS)));
    assert_eq!(read.alerts.len(), MOST_ALERTS);
    assert_eq!(read.alerts[0].annotations.len(), MOST_PAIRS);
    assert_eq!(read.alerts[0].group.len(), MOST_NAME);
}

#[test]
fn files_are_asked_for_by_name_and_folder() {
    for path in [
        "a.yaml",
        "ops/alerts/b.YML",
        "c.rules",
        "charts/shop/templates/d.yaml",
        "latest.yaml",
    ] {
        assert!(is_rule_file(path.as_bytes()), "{path}");
    }
    for path in [
        "yaml",
        "a.json",
        "alerts.yaml.tpl",
        "examples/a.yaml",
        "operator/config/samples/a.yaml",
        "tests/a.yaml",
        "shop/unit-tests/a.yaml",
        "alerts_test.yaml",
        "charts/shop/charts/redis/a.yaml",
    ] {
        assert!(!is_rule_file(path.as_bytes()), "{path}");
    }
}
