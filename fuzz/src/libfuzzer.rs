//! A target under libFuzzer, which sees what an input reaches: the code must be
//! built with coverage counters, as `cargo xtask fuzz-decoders` does.
#![expect(unsafe_code, reason = "libFuzzer is C++")]

use crate::LONGEST;
use std::{
    cell::RefCell,
    ffi::{CString, c_char, c_int},
    fmt::Write as _,
    fs,
    path::PathBuf,
    ptr, slice,
};

// Links libFuzzer.
use libfuzzer_sys as _;

/// Seconds for each target.
const SECONDS: &str = "OMNICHAT_FUZZ_SECONDS";
/// The folder for inputs that were found worth keeping, and for those that failed.
const FOLDER: &str = "OMNICHAT_FUZZ_FOLDER";

/// Longest time for one input, in seconds.
const INPUT_SECONDS: u32 = 1;
/// Most memory of the whole process, and of one allocation, in MiB.
const MEMORY: u32 = 1024;
const ALLOCATION: u32 = 256;

unsafe extern "C" {
    fn LLVMFuzzerRunDriver(
        count: *mut c_int,
        arguments: *mut *mut *mut c_char,
        callback: extern "C" fn(*const u8, usize) -> c_int,
    ) -> c_int;
}

type Decode = Box<dyn Fn(&[u8])>;

thread_local! {
    static DECODE: RefCell<Option<Decode>> = const { RefCell::new(None) };
}

/// Whether this run is one of `cargo xtask fuzz-decoders`.
pub(crate) fn is_wanted() -> bool {
    std::env::var_os(SECONDS).is_some()
}

/// Runs the target for the given time.
#[expect(clippy::expect_used, reason = "a set-up that does not work must stop the run")]
pub(crate) fn run(name: &str, seeds: &[&[u8]], words: &[&str], decode: impl Fn(&[u8]) + 'static) {
    let seconds = std::env::var(SECONDS).expect("the time in seconds");
    let folder = PathBuf::from(std::env::var_os(FOLDER).expect("a folder for the inputs"));
    let corpus = folder.join("corpus").join(name);
    let failed = folder.join("failed");
    let dictionary = folder.join(format!("{name}.dict"));
    fs::create_dir_all(&corpus).and_then(|()| fs::create_dir_all(&failed)).expect("the folders");
    for (place, seed) in seeds.iter().enumerate() {
        fs::write(corpus.join(format!("seed-{place}")), seed).expect("a seed");
    }
    fs::write(&dictionary, dictionary_of(words)).expect("the dictionary");
    DECODE.set(Some(Box::new(decode)));
    let arguments = [
        name.to_owned(),
        format!("-max_total_time={seconds}"),
        format!("-timeout={INPUT_SECONDS}"),
        format!("-rss_limit_mb={MEMORY}"),
        format!("-malloc_limit_mb={ALLOCATION}"),
        format!("-max_len={LONGEST}"),
        "-print_final_stats=1".to_owned(),
        "-verbosity=0".to_owned(),
        format!("-dict={}", dictionary.display()),
        format!("-artifact_prefix={}/{name}-", failed.display()),
        corpus.display().to_string(),
    ];
    let arguments: Vec<CString> =
        arguments.into_iter().map(|argument| CString::new(argument).expect("no zero byte")).collect();
    let mut pointers: Vec<*mut c_char> = arguments.iter().map(|argument| argument.as_ptr().cast_mut()).collect();
    let mut count = c_int::try_from(pointers.len()).expect("few arguments");
    pointers.push(ptr::null_mut());
    let mut first = pointers.as_mut_ptr();
    // SAFETY: the arguments are zero-ended texts that outlive the call, in a list that ends with null; libFuzzer
    // reads them and calls back in this thread.
    let code = unsafe { LLVMFuzzerRunDriver(&raw mut count, &raw mut first, decode_one) };
    assert_eq!(code, 0, "libFuzzer failed");
}

extern "C" fn decode_one(data: *const u8, size: usize) -> c_int {
    // SAFETY: libFuzzer's buffer has `size` bytes and lives through this call; an empty one may be null.
    let input = if size == 0 { &[] } else { unsafe { slice::from_raw_parts(data, size) } };
    DECODE.with_borrow(|decode| {
        if let Some(decode) = decode {
            decode(input);
        }
    });
    0
}

/// The words in libFuzzer's form: one quoted line each.
fn dictionary_of(words: &[&str]) -> String {
    let mut lines = String::new();
    for word in words {
        lines.push('"');
        for byte in word.bytes() {
            let _written = write!(lines, "\\x{byte:02x}");
        }
        lines.push_str("\"\n");
    }
    lines
}
