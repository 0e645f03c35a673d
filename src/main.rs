//! The binary: everything is in the library, see `caseload::cli`.

fn main() -> std::process::ExitCode {
    caseload::cli::main()
}
