//! What an organization says that it runs: services, systems and journeys, as descriptors and policies
//! declare them.

use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::fmt;

use super::{Gap, Label, Location, Person, Place, Team};
use crate::text::{Excerpt, RepoPath};

/// What the descriptors and the policy of one repository declare. People and teams that they declare are
/// rosters, as those of roster files are.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    /// In the order of their descriptors' paths, and in a file in its order.
    pub services: Vec<Service>,
    /// Systems and domains, in the same order.
    pub systems: Vec<System>,
    /// Journeys, in the same order.
    pub journeys: Vec<Journey>,
    /// What descriptors say against their own format.
    pub faults: Vec<Fault>,
    /// Folders that look deployable and that nothing declares.
    pub candidates: Vec<Candidate>,
    /// Dependencies between services that files beside the descriptors hint at.
    pub hints: Vec<Hint>,
    /// How many descriptor files were read.
    pub descriptors: usize,
    /// Whether the policy says that everything is declared, so that what nothing declares is not there.
    pub complete: bool,
    /// What was named and not followed: descriptors elsewhere, behind a URL.
    pub gaps: Vec<Gap>,
}

impl Catalog {
    /// Whether anything is declared.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty() && self.systems.is_empty() && self.journeys.is_empty()
    }
}

/// What a single descriptor file declares. The file is known by its name alone: all places in it are
/// those of a file of that name in the root, until somebody says where it lies.
#[derive(Clone, Debug, Default)]
pub struct Descriptor {
    /// Services, interfaces and resources. Without folder: [`Descriptor::at`] gives them that of the file.
    pub services: Vec<Service>,
    /// Systems and domains.
    pub systems: Vec<System>,
    /// Journeys.
    pub journeys: Vec<Journey>,
    /// Groups.
    pub teams: Vec<Team>,
    /// Users.
    pub people: Vec<Person>,
    /// What it says against its own format.
    pub faults: Vec<Fault>,
    /// Other descriptors that it names.
    pub targets: Vec<Target>,
    /// What it may say, and is not read.
    pub gaps: Vec<Gap>,
}

impl Descriptor {
    /// The same in the file at this path.
    pub fn at(&self, path: &RepoPath) -> Descriptor {
        let mut here = self.clone();
        let folder = path.parent();
        for service in &mut here.services {
            if service.paths.is_none() && service.has_folder() {
                // What the descriptor says of folders is relative to its own.
                service.folder.get_or_insert_with(|| folder.clone());
            }
        }
        let services = here.services.iter_mut().map(|it| &mut it.location);
        let systems = here.systems.iter_mut().map(|it| &mut it.location);
        let journeys = here.journeys.iter_mut().map(|it| &mut it.location);
        let teams = here.teams.iter_mut().map(|it| &mut it.location);
        let people = here.people.iter_mut().map(|it| &mut it.location);
        let faults = here.faults.iter_mut().map(|it| &mut it.location);
        let locations = services.chain(systems).chain(journeys);
        for location in locations.chain(teams).chain(people).chain(faults) {
            location.place = Place::File(path.clone());
        }
        for gap in &mut here.gaps {
            gap.path = Some(path.clone());
        }
        here
    }

    /// Whether it declares nothing, names nothing and is at fault nowhere.
    pub fn is_empty(&self) -> bool {
        self.services.is_empty()
            && self.systems.is_empty()
            && self.journeys.is_empty()
            && self.teams.is_empty()
            && self.people.is_empty()
            && self.faults.is_empty()
            && self.targets.is_empty()
            && self.gaps.is_empty()
    }
}

/// Another descriptor that a descriptor names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// As written: a path from the descriptor's folder, or from the root if it starts with `/`, perhaps
    /// with `*` in it; or what no file of the repository is, such as a URL.
    pub said: Said,
    /// Whether it is no file of the repository, by its form alone.
    pub elsewhere: bool,
    /// Whether it has to be there.
    pub required: bool,
}

/// Something the organization runs or offers and someone answers for.
#[derive(Clone, Debug)]
pub struct Service {
    /// What others call it in descriptors: `component:default/payments`.
    pub entity: EntityRef,
    /// Its name as written.
    pub name: String,
    /// The name for people, if there is another one.
    pub title: Option<String>,
    /// What it is, in lower case: `service`, `website`, `library`, `api`, `resource`, or what its
    /// descriptor calls it.
    pub kind: String,
    /// Whether it runs, so that rules about running things apply: by its kind and the policy.
    pub runs: bool,
    /// How critical it is, from 1, the most.
    pub tier: Option<Tier>,
    /// Where it is in its life: `experimental`, `production`, `deprecated`, or the organization's word.
    pub lifecycle: Option<Said>,
    /// Who answers for it, as its descriptor says.
    pub owner: Option<Reference>,
    /// The system, or the component, that it is a part of.
    pub part_of: Vec<Reference>,
    /// What it needs.
    pub depends_on: Vec<Reference>,
    /// What needs it.
    pub dependency_of: Vec<Reference>,
    /// Interfaces that it offers.
    pub provides: Vec<Reference>,
    /// Interfaces that it uses.
    pub consumes: Vec<Reference>,
    /// Links, with what they are for.
    pub links: Vec<ServiceLink>,
    /// Free words.
    pub tags: Vec<String>,
    /// Free keys and values.
    pub annotations: BTreeMap<String, String>,
    /// The repository that its paths are in, where it is declared elsewhere.
    pub repository: Option<Said>,
    /// The files that it consists of, as patterns of an ownership file, where its descriptor says so.
    pub paths: Option<Vec<Said>>,
    /// The folder that it has where no paths are given; the root for the whole repository. None where it
    /// has no files here.
    pub folder: Option<RepoPath>,
    /// Where it is written that but one copy of it runs. None where several may, or where that is not known.
    pub one_copy: Option<Location>,
    /// What declares it.
    pub format: Format,
    /// Its name, where it is declared; whatever else is said of it stands in the same file.
    pub location: Location,
}

impl Service {
    /// A service of this name of which nothing else is known.
    pub fn new(entity: EntityRef, name: impl Into<String>, format: Format, at: Location) -> Self {
        Service {
            entity,
            name: name.into(),
            title: None,
            kind: "service".into(),
            runs: true,
            tier: None,
            lifecycle: None,
            owner: None,
            part_of: Vec::new(),
            depends_on: Vec::new(),
            dependency_of: Vec::new(),
            provides: Vec::new(),
            consumes: Vec::new(),
            links: Vec::new(),
            tags: Vec::new(),
            annotations: BTreeMap::new(),
            repository: None,
            paths: None,
            folder: None,
            one_copy: None,
            format,
            location: at,
        }
    }

    /// A line of its descriptor.
    pub fn at(&self, excerpt: &Excerpt, label: impl Into<Label>) -> Location {
        Location {
            place: self.location.place.clone(),
            excerpt: Some(excerpt.clone()),
            label: label.into(),
        }
    }

    /// Whether its descriptor says that it needs itself, or is a part of itself.
    pub fn refers_to_itself(&self) -> bool {
        let needs = self.depends_on.iter().chain(&self.dependency_of);
        let mut said = needs.chain(&self.part_of);
        said.any(|said| said.name.entity() == Some(&self.entity))
    }

    /// Whether it is the kind of entity that files belong to: an interface or a resource beside a
    /// component shares its descriptor, not its code.
    pub fn has_folder(&self) -> bool {
        self.entity.kind == "component"
    }

    /// Whether its life ends: nobody should start to depend on it.
    pub fn is_deprecated(&self) -> bool {
        let ended = [
            "deprecated",
            "end-of-life",
            "eol",
            "retired",
            "decommissioned",
        ];
        let lifecycle = self.lifecycle.as_ref();
        lifecycle.is_some_and(|said| ended.contains(&said.text.to_ascii_lowercase().as_str()))
    }

    /// Its tier, from 1.
    pub fn tier(&self) -> Option<u8> {
        self.tier.as_ref().map(|tier| tier.level)
    }

    /// The links to runbooks: those of that kind, and those whose title says so.
    pub fn runbooks(&self) -> impl Iterator<Item = &ServiceLink> {
        self.links.iter().filter(|link| link.is("runbook"))
    }
}

/// What declares a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `[[services]]` of a policy or of a file that it names, or a `service.toml`.
    Native,
    /// `[services] roots` of the policy: the folder is all there is.
    Root,
    /// A `catalog-info.yaml` of Backstage.
    Backstage,
}

/// How critical a service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// From 1, the most critical.
    pub level: u8,
    /// Where it is said.
    pub excerpt: Excerpt,
}

/// A value as it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The value.
    pub text: String,
    /// The line, with the value marked.
    pub excerpt: Excerpt,
}

/// Somebody or something that is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// As it is written.
    pub text: String,
    /// Whom or what it names.
    pub name: Name,
    /// The line, with the name marked.
    pub excerpt: Excerpt,
}

/// A name by which a team, a person, a service or another entity is known. In lower case: forges and
/// catalogs do not tell names apart by case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// The login of a person on the forge, without `@`.
    User(SmolStr),
    /// `organization/team` on the forge, without `@`.
    Team(SmolStr),
    /// An e-mail address.
    Email(SmolStr),
    /// An entity of a catalog. Names are kept by the thousand, and few of them are entities.
    Entity(Box<EntityRef>),
}

impl Name {
    /// Whom an owner as written names: `@user`, `@org/team`, an e-mail address, or an entity, which is a
    /// group of this namespace if nothing else is said. None if it names nobody.
    pub fn of_owner(text: &str, namespace: &str) -> Option<Name> {
        let lower = text.to_lowercase();
        let Some(handle) = lower.strip_prefix('@') else {
            let is_email = lower.split_once('@').is_some_and(|(user, host)| {
                !user.is_empty() && !host.is_empty() && !host.contains(['@', '/', ':'])
            });
            return match is_email {
                true => Some(Name::Email(lower.into())),
                false => EntityRef::parse(&lower, "group", namespace).map(Name::from),
            };
        };
        let parts: Vec<&str> = handle.split('/').collect();
        let is_name = |part: &&str| !part.is_empty() && !part.contains(['@', ' ', ':']);
        match parts[..] {
            _ if !parts.iter().all(is_name) => None,
            [user] => Some(Name::User(user.into())),
            [_, _] => Some(Name::Team(handle.into())),
            _ => None,
        }
    }
}

impl From<EntityRef> for Name {
    fn from(entity: EntityRef) -> Self {
        Name::Entity(Box::new(entity))
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Name::User(name) | Name::Team(name) => write!(f, "@{name}"),
            Name::Email(address) => f.write_str(address),
            Name::Entity(entity) => write!(f, "{entity}"),
        }
    }
}

/// The full name of an entity in a catalog: `component:default/payments`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityRef {
    /// The kind, in lower case: `component`, `api`, `resource`, `system`, `domain`, `group`, `user`, …
    pub kind: SmolStr,
    /// The namespace, in lower case; `default` if nothing else is said.
    pub namespace: SmolStr,
    /// The name, in lower case.
    pub name: SmolStr,
}

impl EntityRef {
    /// The namespace that holds where none is said.
    pub const DEFAULT_NAMESPACE: &str = "default";

    /// The entity of these three, in any case.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        EntityRef {
            kind: kind.to_lowercase().into(),
            namespace: namespace.to_lowercase().into(),
            name: name.to_lowercase().into(),
        }
    }

    /// The entity that `[<kind>:][<namespace>/]<name>` names where these kind and namespace are meant if
    /// none is said. None if a part of it is empty.
    pub fn parse(text: &str, kind: &str, namespace: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(':').unwrap_or((kind, text));
        let (namespace, name) = rest.split_once('/').unwrap_or((namespace, rest));
        let parts = [kind, namespace, name];
        let is_part = |part: &&str| !part.is_empty() && !part.contains([':', '/']);
        parts
            .iter()
            .all(is_part)
            .then(|| EntityRef::new(kind, namespace, name))
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", self.kind, self.namespace, self.name)
    }
}

/// A link of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceLink {
    /// What it is for, in lower case, if it says: `runbook`, `dashboard`, `on-call`.
    pub kind: Option<String>,
    /// The title for people, if there is one.
    pub title: Option<String>,
    /// Where it leads: a URL, or the path of a file from the root of the repository.
    pub url: String,
    /// The line, with the address marked.
    pub excerpt: Excerpt,
}

impl ServiceLink {
    /// Whether it is for this, by its kind or else by its title.
    pub fn is(&self, kind: &str) -> bool {
        let text = match (&self.kind, &self.title) {
            (Some(kind), _) if kind == "runbook" || kind == "dashboard" => kind.clone(),
            (kind, title) => {
                let parts = [kind.as_deref(), title.as_deref()];
                parts
                    .map(Option::unwrap_or_default)
                    .join(" ")
                    .to_lowercase()
            }
        };
        text.replace(['-', '_', ' '], "").contains(kind)
    }
}

/// A group of services, or a domain of systems.
#[derive(Clone, Debug)]
pub struct System {
    /// `system:default/checkout` or `domain:default/shop`.
    pub entity: EntityRef,
    /// Its name as written.
    pub name: String,
    /// Who answers for it.
    pub owner: Option<Reference>,
    /// The domain that it is a part of.
    pub part_of: Vec<Reference>,
    /// Its name, where it is declared.
    pub location: Location,
}

/// What a customer does across services.
#[derive(Clone, Debug)]
pub struct Journey {
    /// Its name as written.
    pub name: String,
    /// Who answers for it as a whole.
    pub owner: Option<Reference>,
    /// Who leads it where several teams take part.
    pub lead: Option<Reference>,
    /// The services on its way, in order.
    pub steps: Vec<Reference>,
    /// Its name, where it is declared.
    pub location: Location,
}

impl Journey {
    /// A line of the file that declares it.
    pub fn at(&self, excerpt: &Excerpt, label: impl Into<Label>) -> Location {
        Location {
            place: self.location.place.clone(),
            excerpt: Some(excerpt.clone()),
            label: label.into(),
        }
    }
}

/// Something that a descriptor says against its own format.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Where.
    pub location: Location,
}

/// A folder that looks deployable: it is built, and something runs it.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it would be called.
    pub name: String,
    /// The folder; the root for the whole repository.
    pub folder: RepoPath,
    /// What says that it is built and run, each with a label.
    pub evidence: Vec<Location>,
}

/// A dependency that a file beside the descriptors hints at, such as a compose file.
#[derive(Clone, Debug)]
pub struct Hint {
    /// The folder of what needs the other.
    pub from: RepoPath,
    /// The folder of what is needed.
    pub to: RepoPath,
    /// Where it is said.
    pub location: Location,
}
