//! Makes a release build notice a newly built site, whose file names carry hashes.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // A debug build reads the site from the disk at run time.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../dist/site/manifest.json");
        println!("cargo:rerun-if-changed=assets/shop");
    }
}
