//! Files that are large, deep or none for people.
