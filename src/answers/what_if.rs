//! What would be, had some people gone.

use super::Expert;
use crate::facts::Gap;

/// What would be, had some people gone.
#[derive(Debug)]
pub struct WhatIfAnswer {
    /// Who is gone, as asked.
    pub without: Vec<String>,
    /// How many people that are, as far as rosters and commits know them.
    pub people: usize,
    /// Services that nobody would answer for, the most critical first.
    pub orphans: Vec<Orphaned>,
    /// Lines of ownership files for which nobody could approve.
    pub bereft: Vec<Bereft>,
    /// What fewer people would know, the worst first.
    pub falls: Vec<Fall>,
    /// How the number of people is counted.
    pub filter: &'static str,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// A service that nobody would answer for.
#[derive(Debug)]
pub struct Orphaned {
    /// The service.
    pub service: String,
    /// How critical it is, from 1.
    pub tier: Option<u8>,
    /// Who answers for it now.
    pub owners: Vec<String>,
    /// Who knows most of it of those who are left.
    pub heirs: Vec<Expert>,
}

/// A line of an ownership file for which nobody could approve.
#[derive(Debug)]
pub struct Bereft {
    /// The repository.
    pub repository: String,
    /// The file.
    pub file: String,
    /// The number of the line.
    pub line: u32,
    /// Its pattern.
    pub pattern: String,
    /// Its owners.
    pub owners: Vec<String>,
    /// Over how many files it decides.
    pub files: usize,
}

/// Something that fewer people would know.
#[derive(Debug)]
pub struct Fall {
    /// The service or repository.
    pub name: String,
    /// Whether it is a service.
    pub is_service: bool,
    /// How critical it is, from 1.
    pub tier: Option<u8>,
    /// Of how many source files.
    pub files: usize,
    /// The truck factor now.
    pub before: usize,
    /// The truck factor then; 0 where not even half of the files would have an author.
    pub after: usize,
    /// How many of the files have an author now, and would have one then.
    pub known: (usize, usize),
    /// Who knows most of it of those who are left.
    pub heirs: Vec<Expert>,
}
