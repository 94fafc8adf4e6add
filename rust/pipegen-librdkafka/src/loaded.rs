//! Finds a library that the process has loaded already: the one file that depends on the platform's loader, a Unix one here.
#![allow(unsafe_code, reason = "asks the platform's loader")]
use std::ffi::CStr;
use std::mem::ManuallyDrop;

use libloading::os::unix::{Library, RTLD_NOW};

/// A library of the process. It is never given back, so that its functions stay where they are.
pub(crate) struct Loaded(ManuallyDrop<Library>);

impl Loaded {
    /// The library that is loaded from `path`; `None` where none is. Loads nothing.
    pub(crate) fn from(path: &str) -> Option<Self> {
        // SAFETY: with RTLD_NOLOAD no code of the library runs.
        let library = unsafe { Library::open(Some(path), RTLD_NOW | libc::RTLD_NOLOAD) };
        library.ok().map(|library| Self(ManuallyDrop::new(library)))
    }

    /// A function of the library; `None` where it has none of that name.
    ///
    /// # Safety
    /// `Function` is the type of a function pointer with the signature that the library gives to the name.
    pub(crate) unsafe fn function<Function: Copy>(&self, name: &CStr) -> Option<Function> {
        // SAFETY: the caller vouches for the type, and an `Option` of a function pointer is as large as the pointer.
        unsafe { self.0.get::<Option<Function>>(name) }.ok().and_then(|symbol| *symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The C library, which every program of the platform has loaded.
    const C_LIBRARY: &str = if cfg!(target_os = "macos") { "libSystem.B.dylib" } else { "libc.so.6" };

    #[test]
    fn a_loaded_library_gives_its_functions() {
        let library = Loaded::from(C_LIBRARY).unwrap();
        // SAFETY: the signature of the C standard.
        let absolute = unsafe { library.function::<unsafe extern "C" fn(i32) -> i32>(c"abs") }.unwrap();
        // SAFETY: any number but the smallest is allowed.
        assert_eq!(unsafe { absolute(-3) }, 3);
        // SAFETY: nothing is called.
        assert!(unsafe { library.function::<unsafe extern "C" fn()>(c"rd_kafka_no_such_function") }.is_none());
    }

    #[test]
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    fn a_library_that_is_only_installed_is_not_loaded_for_the_asking() {
        const INSTALLED: &str = "libresolv.so.2"; // comes with glibc; no Rust program loads it
        assert!(Loaded::from(INSTALLED).is_none());
        assert!(Loaded::from(INSTALLED).is_none(), "the first call loaded it");
        // SAFETY: a part of the C library.
        let _library = unsafe { Library::new(INSTALLED) }.unwrap();
        assert!(Loaded::from(INSTALLED).is_some());
    }

    #[test]
    fn a_path_with_a_nul_byte_is_no_library() {
        assert!(Loaded::from("no\0path").is_none());
    }
}
