//! Copies `web/` to Cargo's output folder, from where maturin puts it into the wheel as `pipegen/web`.
//!
//! A link to the folder would be dropped from the wheel without a word, and a plain include would land outside the
//! package. In a checkout nobody reads this copy: the dashboard is served from `web/` itself.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest_dir = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let source = manifest_dir.join("../../web");
    let target = PathBuf::from(variable("OUT_DIR")?).join("web");
    println!("cargo::rerun-if-changed={}", source.display());
    if target.exists() {
        // A file deleted from web/ must not live on in the wheel.
        fs::remove_dir_all(&target)?;
    }
    if source.is_dir() {
        copy_folder(&source, &target)?;
    }
    Ok(())
}

fn variable(name: &str) -> io::Result<std::ffi::OsString> {
    env::var_os(name).ok_or_else(|| io::Error::other(format!("Cargo did not set {name}")))
}

fn copy_folder(source: &Path, target: &Path) -> io::Result<()> {
    fs::create_dir_all(target)?;
    for entry in fs::read_dir(source)? {
        let entry = entry?;
        let to = target.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to)?;
        }
    }
    Ok(())
}
