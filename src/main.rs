//! The command line of bailiwick: see the library's [`bailiwick::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    bailiwick::cli::run(std::env::args_os())
}
