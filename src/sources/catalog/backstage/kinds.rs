//! What the kinds of entities declare: from an entity to facts.
//!
//! Source: <https://backstage.io/docs/features/software-catalog/descriptor-format>, a section a kind.

use super::entity::{Entity, Kind};
use super::fields::{self, Fields, Notes, Written};
use super::links;
use super::references::{self, NoReference};
use crate::facts::{
    Descriptor, EntityRef, Format, Name, Person, Reference, Said, Service, System, Target, Team,
    Tier,
};
use crate::policy::ServicesReading;
use crate::policy::error::quoted;
use crate::policy::handle::is_name;
use crate::sources::yaml::{Node, Value};
use crate::text::Span;

const OWNER_HELP: &str = "write `[<kind>:][<namespace>/]<name>`, such as `group:payments`";

/// Adds what an entity declares.
pub(super) fn read(
    entity: &Entity<'_>,
    services: &ServicesReading,
    notes: &mut Notes<'_>,
    descriptor: &mut Descriptor,
) {
    let Some(kind) = entity.kind else { return };
    let mut reader = Reader {
        entity,
        spec: &entity.spec,
        services,
        notes,
    };
    match kind {
        Kind::Component => descriptor.services.extend(reader.component()),
        Kind::Api => descriptor.services.extend(reader.api()),
        Kind::Resource => descriptor.services.extend(reader.resource()),
        Kind::System => descriptor.systems.extend(reader.system()),
        Kind::Domain => descriptor.systems.extend(reader.domain()),
        Kind::Group => descriptor.teams.extend(reader.group()),
        Kind::User => descriptor.people.extend(reader.user()),
        Kind::Location => reader.targets(&mut descriptor.targets),
    }
}

struct Reader<'e, 'n, 't> {
    entity: &'e Entity<'n>,
    spec: &'e Fields<'n>,
    services: &'e ServicesReading,
    notes: &'e mut Notes<'t>,
}

impl<'n> Reader<'_, 'n, '_> {
    fn component(&mut self) -> Option<Service> {
        let help = "say what it is: `type: service`, `website`, `library`, …";
        let kind = self.spec.required("type", help, self.notes);
        let lifecycle = self.lifecycle();
        let owner = self.owner();
        let system = self.reference("system", "system");
        let whole = self.reference("subcomponentOf", "component");
        let provides = self.references("providesApis", Some("api"));
        let consumes = self.references("consumesApis", Some("api"));
        let depends_on = self.references("dependsOn", None);
        let dependency_of = self.references("dependencyOf", None);
        let service = self.service("component")?;
        Some(Service {
            kind: kind.map_or("component".into(), |kind| kind.text.to_lowercase()),
            lifecycle,
            owner,
            part_of: system.into_iter().chain(whole).collect(),
            provides,
            consumes,
            depends_on,
            dependency_of,
            repository: links::source_repository(self.entity, self.notes),
            ..service
        })
    }

    fn api(&mut self) -> Option<Service> {
        let help = "say how it is defined: `type: openapi`, `asyncapi`, `graphql`, `grpc`, …";
        self.spec.required("type", help, self.notes);
        let lifecycle = self.lifecycle();
        let owner = self.owner();
        let system = self.reference("system", "system");
        self.definition();
        let service = self.service("api")?;
        Some(Service {
            lifecycle,
            owner,
            part_of: system.into_iter().collect(),
            ..service
        })
    }

    /// The definition of an interface, unless it is of those that have addresses instead.
    fn definition(&mut self) {
        let help = "put `|` behind `definition:`, or name a file: `$text: ./openapi.yaml`";
        if self.spec.entry("remotes").is_some() {
            return;
        }
        self.spec.require("definition", help, self.notes);
        let Some(entry) = self.spec.entry("definition") else {
            return;
        };
        let is_written_out = matches!(entry.value.value, Value::Map(_));
        if is_written_out && !fields::is_unknown(&entry.value) {
            let message = "expected a string at `spec.definition`, found a mapping";
            self.notes.fault(entry.key.span, message, help.to_owned());
        } else {
            self.spec.text("definition", self.notes);
        }
    }

    fn resource(&mut self) -> Option<Service> {
        let help = "say what it is: `type: database`, `s3-bucket`, …";
        self.spec.required("type", help, self.notes);
        let owner = self.owner();
        let system = self.reference("system", "system");
        let depends_on = self.references("dependsOn", None);
        let dependency_of = self.references("dependencyOf", None);
        let service = self.service("resource")?;
        Some(Service {
            owner,
            part_of: system.into_iter().collect(),
            depends_on,
            dependency_of,
            ..service
        })
    }

    /// A service without what its kind says.
    fn service(&mut self, kind: &str) -> Option<Service> {
        let name = self.entity.name?;
        let entity = self.own_reference(kind, name);
        let location = self.notes.location(name.span);
        let annotations = self.entity.annotations.iter();
        Some(Service {
            title: self.entity.title.map(|title| title.text.to_owned()),
            kind: kind.to_owned(),
            tier: self.tier(),
            links: links::links(self.entity, self.notes),
            tags: self
                .entity
                .tags
                .iter()
                .map(|it| it.text.to_owned())
                .collect(),
            annotations: annotations
                .map(|(key, value)| ((*key).to_owned(), value.text.to_owned()))
                .collect(),
            ..Service::new(entity, name.text, Format::Backstage, location)
        })
    }

    fn system(&mut self) -> Option<System> {
        self.group_of_services("system", "domain", "domain")
    }

    fn domain(&mut self) -> Option<System> {
        self.group_of_services("domain", "subdomainOf", "domain")
    }

    fn group_of_services(&mut self, kind: &str, key: &str, whole: &'static str) -> Option<System> {
        let owner = self.owner();
        let part_of = self.reference(key, whole);
        self.spec.text("type", self.notes);
        let name = self.entity.name?;
        Some(System {
            entity: self.own_reference(kind, name),
            name: name.text.to_owned(),
            owner,
            part_of: part_of.into_iter().collect(),
            location: self.notes.location(name.span),
        })
    }

    fn group(&mut self) -> Option<Team> {
        let help = "say what it is: `type: team`, `business-unit`, …";
        self.spec.required("type", help, self.notes);
        let (name, _) = self.profile();
        let parent = self.reference("parent", "group");
        let help = "list the groups in it, and write `children: []` if there are none";
        self.spec.require("children", help, self.notes);
        let children = self.references("children", Some("group"));
        let members = self.references("members", Some("user"));
        let listed = self.spec.entry("members");
        let lists_members = listed.is_some_and(|it| matches!(it.value.value, Value::List(_)));
        let own = self.entity.name?;
        let slug = self.entity.annotation("github.com/team-slug");
        Some(Team {
            handle: slug.and_then(|slug| team_slug(slug.text)),
            entity: Some(self.own_reference("group", own)),
            name,
            members: lists_members.then_some(members),
            parent,
            children,
            ..Team::new(self.notes.location(own.span))
        })
    }

    fn user(&mut self) -> Option<Person> {
        let (name, email) = self.profile();
        let member_of = self.references("memberOf", Some("group"));
        let own = self.entity.name?;
        let login = self.entity.annotation("github.com/user-login");
        Some(Person {
            login: login.and_then(|login| user_login(login.text)),
            entity: Some(self.own_reference("user", own)),
            name,
            emails: email.into_iter().collect(),
            member_of,
            ..Person::new(self.notes.location(own.span))
        })
    }

    /// The name for people and the e-mail address.
    fn profile(&mut self) -> (Option<String>, Option<String>) {
        let profile = self.spec.fields("profile", self.notes);
        let name = profile.text("displayName", self.notes);
        let email = profile.text("email", self.notes);
        profile.text("picture", self.notes);
        let owned = |written: Written<'_>| written.text.to_owned();
        (name.or(self.entity.title).map(owned), email.map(owned))
    }

    fn targets(&mut self, targets: &mut Vec<Target>) {
        let kind = self.spec.text("type", self.notes);
        let presence = self.spec.text("presence", self.notes);
        let is_presence = |it: &Written<'_>| matches!(it.text, "required" | "optional");
        if let Some(presence) = presence.filter(|it| !is_presence(it)) {
            let message = format!("{} is no presence", quoted(presence.text));
            let help = "write `required` or `optional`".to_owned();
            self.notes.malformed(presence, message, help);
        }
        let one = self.spec.text("target", self.notes);
        let more = self.spec.texts("targets", self.notes);
        for target in one.into_iter().chain(more) {
            let elsewhere = match kind.map(|kind| kind.text) {
                None | Some("url") => has_scheme(target.text),
                Some("file") => has_scheme(target.text) || target.text.starts_with('/'),
                // Another reader finds what it means: an organization, a bucket, a directory.
                Some(_) => true,
            };
            targets.extend(self.notes.say(&target).map(|said| Target {
                said,
                elsewhere,
                required: presence.is_none_or(|it| it.text == "required"),
            }));
        }
    }

    fn lifecycle(&mut self) -> Option<Said> {
        let help =
            "say where it is in its life: `lifecycle: experimental`, `production`, `deprecated`, …";
        let written = self.spec.required("lifecycle", help, self.notes)?;
        self.notes.say(&written)
    }

    /// The owner. One that is left out is no fault: the catalog takes it from the ownership file.
    fn owner(&mut self) -> Option<Reference> {
        let entry = self
            .spec
            .entry("owner")
            .filter(|_| self.spec.has("owner"))?;
        let name = self.spec.name("owner");
        let written = match self.object(&entry.value, entry.key.span, &name, Some("group")) {
            Ok(found) => return found,
            Err(()) => fields::text(&entry.value, entry.key.span, &name, self.notes)?,
        };
        match references::parse_owner(written.text, self.entity.namespace) {
            Ok(name) => self.found(written, name),
            Err(why) => self.no_reference(written, why),
        }
    }

    fn reference(&mut self, key: &str, kind: &'static str) -> Option<Reference> {
        let entry = self.spec.entry(key)?;
        let name = self.spec.name(key);
        self.one(&entry.value, entry.key.span, &name, Some(kind))
    }

    fn references(&mut self, key: &str, kind: Option<&'static str>) -> Vec<Reference> {
        let items = self.spec.items(key, self.notes).iter().enumerate();
        items
            .filter_map(|(place, item)| {
                let name = self.spec.item_name(key, place);
                self.one(item, item.span, &name, kind)
            })
            .collect()
    }

    /// The reference that a value is.
    fn one(
        &mut self,
        node: &'n Node,
        key: Span,
        name: &str,
        kind: Option<&str>,
    ) -> Option<Reference> {
        if let Ok(found) = self.object(node, key, name, kind) {
            return found;
        }
        let written = fields::text(node, key, name, self.notes)?;
        match references::parse(written.text, kind, self.entity.namespace) {
            Ok(entity) => self.found(written, Name::from(entity)),
            Err(why) => self.no_reference(written, why),
        }
    }

    /// The reference that a mapping of kind, namespace and name is, which is how programs pass one on, and
    /// which the catalog does not take in a file.
    fn object(
        &mut self,
        node: &'n Node,
        key: Span,
        name: &str,
        kind: Option<&str>,
    ) -> Result<Option<Reference>, ()> {
        if !matches!(node.value, Value::Map(_)) || fields::is_unknown(node) {
            return Err(());
        }
        let message = format!("expected a string at {name}, found a mapping");
        self.notes.fault(key, message, OWNER_HELP.to_owned());
        let part = |key| {
            node.get(key)
                .and_then(Node::as_scalar)
                .filter(|it| !it.is_empty())
        };
        let kind = part("kind").or(kind);
        let (Some(kind), Some(entry)) = (kind, node.entry("name")) else {
            return Ok(None);
        };
        let Some(text) = part("name") else {
            return Ok(None);
        };
        let namespace = part("namespace").unwrap_or(self.entity.namespace);
        let name = Name::from(EntityRef::new(kind, namespace, text));
        let written = Written {
            text,
            span: entry.value.span,
            is_text: true,
        };
        Ok(self.found(written, name))
    }

    fn found(&mut self, written: Written<'_>, name: Name) -> Option<Reference> {
        let Said { text, excerpt } = self.notes.say(&written)?;
        Some(Reference {
            text,
            name,
            excerpt,
        })
    }

    fn no_reference(&mut self, written: Written<'_>, why: NoReference) -> Option<Reference> {
        let text = quoted(written.text);
        let (message, help) = match why {
            NoReference::EmptyPart => (format!("{text} names no entity"), OWNER_HELP.to_owned()),
            NoReference::NoKind => {
                let name = written.text;
                let help = match name.len() < 60 {
                    true => format!("write `component:{name}` or `resource:{name}`"),
                    false => "put `component:` or `resource:` in front".to_owned(),
                };
                (format!("{text} does not say its kind"), help)
            }
        };
        self.notes.malformed(written, message, help);
        None
    }

    /// The name by which others know the entity.
    fn own_reference(&self, kind: &str, name: Written<'_>) -> EntityRef {
        EntityRef::new(kind, self.entity.namespace, name.text)
    }

    /// The tier, from the first of the places that the policy names which says one.
    fn tier(&mut self) -> Option<Tier> {
        let mut found = None;
        for place in &self.services.tier {
            let Some(node) = at(self.entity.document, place) else {
                continue;
            };
            let list = std::slice::from_ref(node);
            let values = if node.items().is_empty() {
                list
            } else {
                node.items()
            };
            found = values.iter().find_map(|value| {
                let level = self.services.tier_of(value.as_scalar()?)?;
                Some((level, value))
            });
            if found.is_some() {
                break;
            }
        }
        let (level, value) = found?;
        let excerpt = self.notes.location(value.span).excerpt?;
        Some(Tier { level, excerpt })
    }
}

/// What stands at the end of a path of keys with `.` between them. Keys can have a `.` of their own, as the
/// domain of an annotation has: the longest key that there is, is meant.
fn at<'n>(node: &'n Node, path: &str) -> Option<&'n Node> {
    let (mut node, mut path) = (node, path);
    loop {
        let keys = node.entries().iter().filter_map(|entry| {
            let rest = path.strip_prefix(entry.key.as_scalar()?)?;
            (rest.is_empty() || rest.starts_with('.')).then_some((rest, &entry.value))
        });
        let (rest, value) = keys.min_by_key(|(rest, _)| rest.len())?;
        let Some(rest) = rest.strip_prefix('.') else {
            return Some(value);
        };
        (node, path) = (value, rest);
    }
}

/// Whether a target starts with a scheme, or the letter of a drive.
fn has_scheme(target: &str) -> bool {
    let scheme = target.split(['/', '?', '#']).next().unwrap_or_default();
    let scheme = scheme.split_once(':').map(|(scheme, _)| scheme);
    let is_scheme = |it: &str| {
        it.starts_with(|c: char| c.is_ascii_alphabetic())
            && it
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    scheme.is_some_and(is_scheme) || target.starts_with("//") || target.contains('\\')
}

/// `organization/team`, if it is that.
fn team_slug(text: &str) -> Option<String> {
    let slug = text.trim().trim_start_matches('@');
    let (organization, team) = slug.split_once('/')?;
    (is_name(organization) && is_name(team)).then(|| slug.to_owned())
}

/// A login, if it is one.
fn user_login(text: &str) -> Option<String> {
    let login = text.trim().trim_start_matches('@');
    is_name(login).then(|| login.to_owned())
}
