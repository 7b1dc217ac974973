//! What files that are no descriptors say of how things are built and run.

use std::collections::BTreeMap;

use super::Said;
use crate::text::Excerpt;

/// What one file says of that. The file is known by its name alone: paths in it are as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Running {
    /// The services of a compose file, in its order.
    pub composed: Vec<Composed>,
    /// Images that a workload or a chart runs.
    pub images: Vec<RunImage>,
    /// Images that a tool builds and deploys.
    pub artifacts: Vec<Artifact>,
    /// The platform that builds and runs the folder of the file.
    pub platform: Option<Platform>,
    /// Variables by which compose files beside it name folders and files.
    pub variables: BTreeMap<String, String>,
    /// How many copies of what run.
    pub copies: Vec<Copies>,
    /// Whether it changes how many copies run of what it does not name.
    pub patches_copies: bool,
}

impl Running {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Running::default()
    }
}

/// A service of a compose file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Composed {
    /// Its name in the file.
    pub name: Said,
    /// The image that it runs, or that is built for it.
    pub image: Option<Said>,
    /// How it is built, if it is.
    pub build: Option<Build>,
    /// The services that it needs, or links to.
    pub needs: Vec<Said>,
    /// Whether it opens a port to others.
    pub is_open: bool,
}

/// How an image is built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// The folder that is built, from the folder of the file; as written, with variables.
    pub context: String,
    /// The Dockerfile, from that folder; as written.
    pub dockerfile: Option<String>,
    /// Whether it takes a Dockerfile of the repository: else one is written in the file itself, or another
    /// tool builds.
    pub takes_dockerfile: bool,
    /// Where it is said.
    pub excerpt: Excerpt,
}

/// An image that something runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunImage {
    /// The image as written.
    pub image: Said,
    /// What runs it, as a lowercase fragment: `a Deployment runs its image`.
    pub label: String,
}

/// An image that a tool builds to deploy it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifact {
    /// The image as written.
    pub image: Said,
    /// How it is built.
    pub build: Build,
}

/// A platform that builds and runs the folder of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    /// As a lowercase fragment: `Fly builds and runs it`.
    pub label: &'static str,
    /// The name that it has there.
    pub name: Option<String>,
    /// The line that says so; none where the file as a whole does.
    pub excerpt: Option<Excerpt>,
}

/// How many copies of something run, as one statement says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copies {
    /// What it is called there; empty where that is the name of the file's folder.
    pub name: String,
    /// The images that it runs, as written.
    pub images: Vec<Said>,
    /// How many run, and where that is written. None where something else decides, such as an autoscaler.
    pub count: Option<(u32, Excerpt)>,
    /// What says so, as a lowercase fragment: `a Deployment runs 1 copy`.
    pub label: String,
}
