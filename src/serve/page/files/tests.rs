//! Which bytes a client gets, and that the files are small and name each other.

use super::*;

fn accepting(value: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static(value))])
}

#[test]
fn gzip_is_sent_to_those_who_accept_it() {
    for (value, takes) in [
        ("gzip, deflate, br", true),
        ("br;q=1.0, GZIP;q=0.5", true),
        ("*", true),
        ("gzip;q=0", false),
        ("gzip;q=0, *", false),
        ("gzip;q=much", false),
        ("deflate", false),
        ("", false),
    ] {
        assert_eq!(takes_gzip(&accepting(value)), takes, "{value}");
    }
    assert!(!takes_gzip(&HeaderMap::new()));
}

#[test]
fn every_file_unpacks_to_its_size_and_names_only_files_that_exist() {
    for file in FILES {
        let text = String::from_utf8(file.unpacked().unwrap()).unwrap();
        assert_eq!(text.len(), file.size, "{}", file.name);
        for import in text.split("from \"").skip(1) {
            let name = import.split('"').next().unwrap().trim_start_matches("./");
            assert!(
                FILES.iter().any(|each| each.name == name),
                "{} imports {name}",
                file.name
            );
        }
    }
}

#[test]
fn all_files_together_stay_below_what_a_phone_loads_at_once() {
    let bytes: usize = FILES.iter().map(|file| file.gzip.len()).sum();
    assert!(bytes <= 55_000, "{bytes} bytes are sent");
    assert!(FILES.len() > 5, "the files are found");
}
