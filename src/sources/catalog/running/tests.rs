//! Candidates and hints of small repositories that a test writes down.

use super::{Here, add, read, wants};
use crate::facts::{
    Catalog, EntityRef, Format, Location, Place, Running, Said, Service, Tree, TreeBuilder,
};
use crate::policy::PathPatterns;
use crate::sources::catalog::Origin;
use crate::text::{Excerpt, RepoPath, Text};

/// The catalog of a repository called `shop`: `-- path --` starts each file.
fn catalog(text: &str, services: Vec<Service>) -> Catalog {
    let mut files: Vec<(&str, String)> = Vec::new();
    for line in text.lines() {
        let header = line
            .strip_prefix("-- ")
            .and_then(|it| it.strip_suffix(" --"));
        match (header, files.last_mut()) {
            (Some(path), _) => files.push((path, String::new())),
            (None, Some((_, content))) => *content += &format!("{line}\n"),
            (None, None) => {}
        }
    }
    let mut tree = TreeBuilder::default();
    for (path, _) in &files {
        tree.push(path.as_bytes(), crate::facts::FileKind::File);
    }
    let tree: Tree = tree.build();
    let exclude = PathPatterns::new(&["legacy/".into()]).unwrap();
    files.sort();
    let files = files.into_iter().filter(|(path, _)| {
        // The pass leaves out what is excluded.
        wants(path.as_bytes()) && !exclude.matches(path.as_bytes())
    });
    let read = files.filter_map(|(path, content)| {
        let name = path.rsplit('/').next().unwrap();
        let text = Text::new(name.into(), content.into_bytes());
        Some((RepoPath::from(path), read(&text)?))
    });
    let read: Vec<(RepoPath, Running)> = read.collect();
    let read: Vec<(RepoPath, &Running)> =
        read.iter().map(|(path, it)| (path.clone(), it)).collect();
    let mut catalog = Catalog {
        services,
        ..Catalog::default()
    };
    let here = Here {
        tree: &tree,
        exclude: &exclude,
        origin: &Origin {
            name: "shop",
            organization: None,
        },
    };
    add(&mut catalog, &read, here);
    catalog
}

/// `name in folder: place what` for each candidate.
fn candidates(text: &str) -> Vec<String> {
    candidates_beside(text, Vec::new())
}

fn candidates_beside(text: &str, services: Vec<Service>) -> Vec<String> {
    let candidates = catalog(text, services).candidates;
    let shown = candidates.iter().map(|candidate| {
        let evidence = candidate.evidence.iter().map(place);
        let evidence: Vec<String> = evidence.collect();
        let folder = match candidate.folder.is_root() {
            true => ".".into(),
            false => candidate.folder.to_string_lossy(),
        };
        format!("{} in {folder}: {}", candidate.name, evidence.join("; "))
    });
    shown.collect()
}

fn place(location: &Location) -> String {
    let path = location.path().unwrap().to_string_lossy().into_owned();
    match &location.excerpt {
        Some(excerpt) => format!("{path}:{} {}", excerpt.line, location.label),
        None => format!("{path} {}", location.label),
    }
}

fn service(name: &str, folder: Option<&str>) -> Service {
    let at = Location {
        place: Place::Repository,
        excerpt: None,
        label: "".into(),
    };
    let entity = EntityRef::new("component", "default", name);
    Service {
        folder: folder.map(RepoPath::from),
        ..Service::new(entity, name, Format::Native, at)
    }
}

fn said(text: &str) -> Said {
    let excerpt = Excerpt {
        line: 1,
        column: 1,
        text: text.into(),
        start: 0,
        end: text.len(),
    };
    Said {
        text: text.into(),
        excerpt,
    }
}

#[test]
fn what_compose_builds_is_deployable() {
    let found = candidates(
        "\
-- api/Dockerfile --
-- cmd/web/build/Dockerfile.prod --
-- compose.prod.yml --
services:
  front:
    build:
      context: .
      dockerfile: cmd/web/build/Dockerfile.prod
-- docker-compose.yaml --
services:
  api:
    build: ./api
  again:
    build: {context: api/, args: {A: 1}}
  inline:
    build:
      context: inline
      dockerfile_inline: FROM scratch
  db:
    image: postgres:16
-- inline/main.c --
",
    );
    assert_eq!(
        found,
        [
            "api in api: api/Dockerfile builds its image; docker-compose.yaml:3 compose builds and \
             runs it; docker-compose.yaml:5 compose builds and runs it",
            "web in cmd/web: cmd/web/build/Dockerfile.prod builds its image; compose.prod.yml:5 compose \
             builds and runs it",
            "inline in inline: docker-compose.yaml:8 compose builds and runs it",
        ]
    );
}

#[test]
fn what_compose_builds_elsewhere_or_by_what_is_not_there_is_none() {
    let found = candidates(
        "\
-- api/main.go --
-- compose.yaml --
services:
  missing: {build: gone}
  no-dockerfile: {build: api}
  above: {build: ../other}
  absolute: {build: /srv/api}
  url: {build: 'https://github.com/acme/x.git#main'}
  ssh: {build: 'git@github.com:acme/x.git'}
  unknown: {build: '${NOWHERE}/api'}
  tagged: {build: !reset null}
  number: {build: 7}
  list: {build: [api]}
  named: {build: {context: docker/server}}
  nothing:
-- docker/server/Dockerfile --
",
    );
    assert_eq!(found, [""; 0]);
}

#[test]
fn variables_are_those_of_the_env_beside_the_file() {
    let text = "\
-- .env --
# no comment = a value
CART_DOCKERFILE=./src/cart/src/Dockerfile
export AD=\"./src/ad\"
SECRET=hunter2
-- compose.yaml --
services:
  cart: {build: {context: ./, dockerfile: '${CART_DOCKERFILE}'}}
  ad: {build: '$AD'}
  mail: {build: '${MAIL:-./src/mail}'}
  no: {build: '${SECRET}'}
  dollar: {build: '$$AD'}
-- hunter2/Dockerfile --
-- src/ad/Dockerfile --
-- src/cart/src/Dockerfile --
-- src/mail/Dockerfile --
";
    let folders = catalog(text, Vec::new()).candidates.into_iter();
    let folders: Vec<_> = folders.map(|it| it.folder).collect();
    let expected = ["src/ad", "src/cart", "src/mail"];
    assert_eq!(folders, expected.map(RepoPath::from));
}

#[test]
fn a_dockerfile_whose_image_runs_is_deployable() {
    let found = candidates(
        "\
-- a/api/Dockerfile --
-- b/api/Dockerfile --
-- cli/Dockerfile --
-- deploy/all.yaml --
apiVersion: v1
kind: List
items:
  - kind: StatefulSet
    spec: {template: {spec: {containers: [{image: 'x.example:5000/acme/StoreKeeper@sha256:00'}]}}}
-- deploy/api.yaml --
kind: Deployment
spec:
  template:
    spec:
      initContainers:
        - image: acme/cli
      containers:
        - image: acme/b/api:1
        - image: api
        - image: 'acme/{{ .Values.cli }}'
---
kind: CronJob
spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: acme/report}]}}}}}
---
kind: Job
spec: {template: {spec: {containers: [{image: acme/cli}]}}}
-- deploy/chart/values.yaml --
server:
  image:
    repository: acme/mailer
    tag: 1
sidecar:
  image: acme/side-car:3
other:
  image: {repository: null}
-- mailer/docker/Dockerfile --
-- nginx/Dockerfile --
-- ops/web.yml --
kind: Pod
spec: {containers: [{image: nginx}]}
-- report/Containerfile --
-- sidecar/Dockerfile --
-- store-keeper/Dockerfile --
",
    );
    assert_eq!(
        found,
        [
            "api in b/api: b/api/Dockerfile builds its image; deploy/api.yaml:8 a Deployment runs its \
             image",
            "mailer in mailer: mailer/docker/Dockerfile builds its image; deploy/chart/values.yaml:3 a \
             chart runs its image",
            "report in report: report/Containerfile builds its image; deploy/api.yaml:13 a CronJob runs \
             its image",
            "sidecar in sidecar: sidecar/Dockerfile builds its image; deploy/chart/values.yaml:6 a chart \
             runs its image",
            "store-keeper in store-keeper: store-keeper/Dockerfile builds its image; deploy/all.yaml:5 a \
             StatefulSet runs its image",
        ]
    );
}

#[test]
fn an_image_is_known_by_what_builds_it_under_another_name() {
    let found = candidates(
        "\
-- billing/Dockerfile --
-- k8s/x.yaml --
kind: Deployment
spec: {template: {spec: {containers: [{image: acme/invoices}]}}}
-- skaffold.yaml --
apiVersion: skaffold/v4beta1
build:
  artifacts:
    - image: acme/invoices
      context: billing
    - image: acme/jvm
      context: jvm
      jib: {}
    - image: acme/none
      context: none
-- jvm/pom.xml --
-- none/main.go --
",
    );
    assert_eq!(
        found,
        [
            "billing in billing: billing/Dockerfile builds its image; skaffold.yaml:5 skaffold builds \
             and deploys it; k8s/x.yaml:2 a Deployment runs its image",
            "jvm in jvm: skaffold.yaml:7 skaffold builds and deploys it",
        ]
    );
}

#[test]
fn platforms_build_and_run_what_lies_beside_their_files() {
    let found = candidates(
        "\
-- a/fly.toml --
app = \"a-prod\"
-- b/Procfile --
# comment: yes
web: ./run
-- c/app.yaml --
runtime: go122
-- d/serverless.yml --
service: d
provider: {name: aws}
-- e/fly.toml --
app =
-- f/Procfile --
nothing
-- g/app.yaml --
kind: Deployment
runtime: x
-- h/serverless.yml --
component: h
-- i/fly.toml --
[http_service]
port = 1
-- j/app.yaml --
kind: Deployment
spec: {template: {spec: {containers: [{image: acme/k}]}}}
-- k/Dockerfile --
",
    );
    assert_eq!(
        found,
        [
            "a in a: a/fly.toml:1 Fly builds and runs it",
            "b in b: b/Procfile:2 a Procfile runs it",
            "c in c: c/app.yaml:1 App Engine builds and runs it",
            "d in d: d/serverless.yml:1 the Serverless Framework deploys it",
            "i in i: i/fly.toml Fly builds and runs it",
            "k in k: k/Dockerfile builds its image; j/app.yaml:2 a Deployment runs its image",
        ]
    );
}

#[test]
fn what_is_there_to_develop_and_to_test_is_none() {
    let places = [
        ".devcontainer",
        "ci/x",
        "dev",
        "docs/x",
        "e2e",
        "examples/x",
        "hack",
        "integration-tests",
        "legacy/x",
        "vendor/x",
    ];
    for place in places {
        let text = format!("-- {place}/Dockerfile --\n-- {place}/fly.toml --\napp = \"x\"\n");
        assert_eq!(candidates(&text), [""; 0], "{place}");
        // From outside, too.
        let text = format!(
            "-- {place}/Dockerfile --\n-- compose.yaml --\nservices: {{x: {{build: '{place}'}}}}\n"
        );
        assert_eq!(candidates(&text), [""; 0], "{place}");
    }
    for file in [
        "compose.test.yaml",
        "docker-compose.e2e.yml",
        "tests/compose.yaml",
    ] {
        let text = format!("-- x/Dockerfile --\n-- {file} --\nservices: {{x: {{build: /x}}}}\n");
        let text = text.replace("/x}", "./x}");
        assert_eq!(candidates(&text), [""; 0], "{file}");
    }
}

#[test]
fn the_whole_repository_is_one_only_where_it_is_all_there_is() {
    let root =
        "-- Dockerfile --\n-- compose.yaml --\nservices: {x: {build: ., ports: ['80:80']}}\n";
    let expected =
        "shop in .: Dockerfile builds its image; compose.yaml:1 compose builds and runs it";
    assert_eq!(candidates(root), [expected]);
    // A library is built to test it.
    let closed = root.replace(", ports: ['80:80']", "");
    assert_eq!(candidates(&closed), [""; 0]);
    let run = "-- k.yaml --\nkind: Deployment\nspec: {template: {spec: {containers: [{image: a/Shop}]}}}\n";
    let found = candidates(&(closed + run));
    assert_eq!(found.len(), 1, "{found:?}");
    let other = format!("{root}-- api/fly.toml --\napp = \"api\"\n");
    assert_eq!(
        candidates(&other),
        ["api in api: api/fly.toml:1 Fly builds and runs it"]
    );
    let declared = candidates_beside(root, vec![service("other", None)]);
    assert_eq!(declared, [""; 0]);
}

#[test]
fn what_is_declared_in_any_way_is_none() {
    let text = "\
-- a/api/Dockerfile --
-- a/api/fly.toml --
app = \"a-prod\"
";
    let beside = |service: Service| candidates_beside(text, vec![service]);
    let paths = |pattern: &str| Service {
        paths: Some(vec![said(pattern)]),
        ..service("x", None)
    };
    let library = |folder: &str| Service {
        runs: false,
        ..service("x", Some(folder))
    };
    let elsewhere = Service {
        repository: Some(said("other")),
        ..service("x", Some("a"))
    };
    let resource = Service {
        entity: EntityRef::new("resource", "default", "api"),
        ..service("api", None)
    };
    assert_eq!(beside(service("API", None)), [""; 0]);
    assert_eq!(beside(service("a_prod", None)), [""; 0]);
    assert_eq!(beside(service("x", Some("a/api"))), [""; 0]);
    assert_eq!(beside(service("x", Some("a"))), [""; 0]);
    assert_eq!(beside(library("a/api")), [""; 0]);
    assert_eq!(beside(paths("/a/api/")), [""; 0]);
    assert_eq!(beside(paths("*.toml")), [""; 0]);
    // None of these is it.
    assert_eq!(beside(service("x", None)).len(), 1);
    assert_eq!(beside(library("a")).len(), 1);
    assert_eq!(beside(elsewhere).len(), 1);
    assert_eq!(beside(resource).len(), 1);
    assert_eq!(beside(paths("/b/")).len(), 1);
}

#[test]
fn compose_hints_at_what_needs_what() {
    let text = "\
-- api/Dockerfile --
-- compose.full.yaml --
services:
  worker:
    build: worker
    depends_on:
      api: {condition: service_healthy}
      mail: {condition: service_started}
    links: ['api:backend', \"store\"]
-- compose.yaml --
services:
  api:
    build: api
    depends_on: [db, mail, api]
  db: {image: postgres}
  mail: {image: 'acme/mailer:1'}
  store: {image: acme/store}
-- mailer/service.toml --
-- store/Dockerfile --
-- sub/compose.yaml --
services:
  other:
    build: ../worker
    depends_on: [api]
-- worker/Dockerfile --
";
    let hints = catalog(text, vec![service("Mailer", Some("mailer"))]).hints;
    let shown = hints.iter().map(|hint| {
        let [from, to] = [&hint.from, &hint.to].map(RepoPath::to_string_lossy);
        let marked = hint.location.excerpt.as_ref().unwrap().marked();
        format!("{from} > {to}: {} `{marked}`", place(&hint.location))
    });
    let shown: Vec<String> = shown.collect();
    assert_eq!(
        shown,
        [
            "worker > api: compose.full.yaml:5 compose starts it first `api`",
            "worker > mailer: compose.full.yaml:6 compose starts it first `mail`",
            "worker > store: compose.full.yaml:7 compose starts it first `store`",
            "api > mailer: compose.yaml:4 compose starts it first `mail`",
        ]
    );
}

#[test]
fn hostile_files_end_and_say_little() {
    let deep = "[".repeat(100_000);
    let many: String = (0..5000)
        .map(|n| format!("  s{n}: {{build: 'f{n}'}}\n"))
        .collect();
    let long = "x".repeat(100_000);
    for (name, content) in [
        ("compose.yaml", format!("services: {deep}")),
        (
            "compose.yaml",
            format!("services:\n  a: {{build: '{long}'}}\n"),
        ),
        ("compose.yaml", "services: &a [*a]".into()),
        (
            "compose.yaml",
            "services: {a: {build: {context: [x]}}}".into(),
        ),
        ("fly.toml", format!("app = {deep}")),
        ("fly.toml", format!("app = \"{long}\"")),
        ("values.yaml", format!("image: {{repository: '{long}'}}")),
        ("Procfile", long.clone()),
        ("serverless.yml", format!("provider: x\nservice: '{long}'")),
        ("app.yaml", format!("runtime: {deep}")),
        (".env", format!("A=./{long}")),
        (
            "skaffold.yaml",
            format!("apiVersion: skaffold/v1\nbuild: {{artifacts: {deep}"),
        ),
    ] {
        let text = Text::new(name.into(), content.into_bytes());
        let found = read(&text).unwrap_or_default();
        let composed = found.composed.iter();
        assert!(
            composed.filter(|it| it.build.is_some()).count() == 0,
            "{name}"
        );
        assert!(
            found.images.is_empty() && found.variables.is_empty(),
            "{name}"
        );
    }
    let text = Text::new(
        "compose.yaml".into(),
        format!("services:\n{many}").into_bytes(),
    );
    assert_eq!(read(&text).unwrap().composed.len(), 1000);
    // All of them in one folder, by the same words.
    let same: String = (0..2000)
        .map(|n| format!("  s{n}: {{build: f, depends_on: [s0]}}\n"))
        .collect();
    let text = format!("-- compose.yaml --\nservices:\n{same}-- f/Dockerfile --\n");
    assert_eq!(catalog(&text, Vec::new()).candidates[0].evidence.len(), 5);
}

/// Where it is written that one copy runs of `queue`, whose folder is `src/queue`.
fn one_copy(text: &str) -> Option<String> {
    let services = vec![
        service("queue", Some("src/queue")),
        service("mail", Some("src/mail")),
    ];
    let made = "-- src/queue/Dockerfile --\nFROM x\n-- src/mail/Dockerfile --\nFROM x\n";
    let catalog = catalog(&format!("{made}{text}"), services);
    assert_eq!(catalog.services[1].one_copy, None, "{text}");
    let at = catalog.services[0].one_copy.as_ref()?;
    Some(place(at))
}

fn deployment(path: &str, rest: &str) -> String {
    format!("-- {path} --\nkind: Deployment\nmetadata:\n  name: queue\nspec:\n{rest}")
}

#[test]
fn one_copy_runs_where_all_that_is_said_says_so() {
    let one = deployment("k8s/queue.yaml", "  replicas: 1\n");
    let once = Some("k8s/queue.yaml:5 a Deployment runs one copy of it".to_owned());
    assert_eq!(one_copy(&one), once);
    // By the image that is made of its folder.
    let image = "-- k8s/web.yaml --\nkind: StatefulSet\nmetadata:\n  name: web\nspec:\n  replicas: 1\n  template:\n    spec:\n      containers:\n      - image: acme/queue:1\n";
    let by_image = one_copy(image).unwrap();
    assert!(by_image.starts_with("k8s/web.yaml:5"), "{by_image}");
    // What is said where nobody is served takes nothing back, and says nothing by itself.
    let staging = deployment("k8s/staging/queue.yaml", "  replicas: 1\n");
    assert_eq!(one_copy(&staging), None);
    assert_eq!(one_copy(&format!("{one}{staging}")), once);
    let others = [
        deployment("k8s/prod/queue.yaml", "  replicas: 3\n"),
        deployment("k8s/staging/queue.yaml", "  replicas: 2\n"),
        // It runs as often as somebody else says.
        deployment("k8s/prod/queue.yaml", "  template:\n    spec:\n      containers:\n      - image: acme/queue:1\n"),
        "-- k8s/hpa.yaml --\nkind: HorizontalPodAutoscaler\nspec:\n  minReplicas: 2\n  scaleTargetRef:\n    name: queue\n".into(),
        "-- k8s/keda.yaml --\nkind: ScaledObject\nspec:\n  scaleTargetRef:\n    name: queue\n".into(),
        "-- prod/kustomization.yaml --\nreplicas:\n- name: queue\n  count: 4\n".into(),
        "-- prod/kustomization.yaml --\npatches:\n- patch: |-\n    spec:\n      replicas: 4\n".into(),
        "-- prod/patch.yaml --\n- op: replace\n  path: /spec/replicas\n  value: 4\n".into(),
        "-- charts/queue/values.yaml --\nreplicaCount: 1\n".into(),
        "-- charts/all/values-prod.yaml --\nqueue:\n  replicaCount: 2\n".into(),
        "-- compose.yaml --\nservices:\n  queue:\n    deploy:\n      replicas: 2\n".into(),
        "-- k8s/all.yaml --\nkind: DaemonSet\nmetadata:\n  name: queue\nspec:\n  template:\n    spec:\n      containers:\n      - image: acme/x\n".into(),
    ];
    for other in others {
        assert_eq!(one_copy(&format!("{one}{other}")), None, "{other}");
    }
    // A number that is none is no number, and what says nothing of copies leaves it at that.
    for rest in [
        "  replicas: many\n",
        "  replicas: -1\n",
        "  paused: true\n",
        "  replicas: 0\n",
    ] {
        assert_eq!(
            one_copy(&deployment("k8s/queue.yaml", rest)),
            None,
            "{rest}"
        );
    }
    let patch = deployment("prod/patch.yaml", "  paused: true\n");
    assert_eq!(one_copy(&format!("{one}{patch}")), once);
}

#[test]
fn charts_overlays_and_compose_files_say_it_too() {
    let said = |text: &str| one_copy(text).unwrap_or_default();
    let overlay = "-- prod/kustomization.yaml --\nreplicas:\n- name: queue\n  count: 1\n";
    assert!(said(overlay).ends_with("an overlay runs one copy of it"));
    let compose = "-- compose.yaml --\nservices:\n  queue:\n    scale: 1\n";
    assert!(said(compose).ends_with("compose runs one copy of it"));
    // The values that a chart comes with are where its users start from.
    let chart = |name: &str| format!("-- charts/queue/{name} --\nreplicaCount: 1\n");
    assert_eq!(one_copy(&chart("values.yaml")), None);
    assert!(said(&chart("values-prod.yaml")).ends_with("a chart runs one copy of it"));
    let scaled = "autoscaling:\n  enabled: true\n";
    assert_eq!(
        one_copy(&format!("{}{scaled}", chart("values-prod.yaml"))),
        None
    );
    let list = "-- k8s/all.json.yaml --\nkind: List\nitems:\n- kind: Deployment\n  metadata:\n    name: queue\n  spec:\n    replicas: 1\n";
    assert!(said(list).starts_with("k8s/all.json.yaml:7"));
}
