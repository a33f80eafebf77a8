//! Archives as engines send them, and as they should not.

use proptest::prelude::*;
use tar::{Builder, Header};

use super::*;

enum Item<'a> {
    Folder,
    Text(&'a str),
    Bytes(Vec<u8>),
    Symlink(&'a str),
    Hard(&'a str),
}

fn archive(items: &[(&str, Item)]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (path, item) in items {
        let mut header = Header::new_gnu();
        header.set_mode(0o644);
        header.set_size(0);
        let mut add = |header: &mut Header, bytes: &[u8]| {
            header.set_size(bytes.len() as u64);
            builder.append_data(header, path, bytes).expect("an entry");
        };
        match item {
            Item::Folder => {
                header.set_entry_type(EntryType::Directory);
                add(&mut header, b"");
            }
            Item::Text(text) => add(&mut header, text.as_bytes()),
            Item::Bytes(bytes) => add(&mut header, bytes),
            Item::Symlink(target) => {
                header.set_entry_type(EntryType::Symlink);
                builder
                    .append_link(&mut header, path, target)
                    .expect("a link");
            }
            Item::Hard(target) => {
                header.set_entry_type(EntryType::Link);
                builder
                    .append_link(&mut header, path, target)
                    .expect("a link");
            }
        }
    }
    builder.into_inner().expect("an archive")
}

fn files(asked: &str, archive: &[u8]) -> Vec<(String, String)> {
    match unpack(asked, archive) {
        Unpacked::Files(files) => files.into_iter().collect(),
        Unpacked::Link(target) => panic!("a link to {target}"),
    }
}

fn names(asked: &str, archive: &[u8]) -> Vec<String> {
    files(asked, archive)
        .into_iter()
        .map(|(path, _)| path)
        .collect()
}

#[test]
fn a_directory_as_nginx_has_it() {
    let archive = archive(&[
        ("nginx/", Item::Folder),
        ("nginx/hard.conf", Item::Text("main")),
        ("nginx/nginx.conf", Item::Hard("nginx/hard.conf")),
        ("nginx/mime.types", Item::Text("types {}")),
        ("nginx/fastcgi_params", Item::Text("fastcgi_param A b;")),
        ("nginx/certs/site.conf", Item::Text("not read")),
        ("nginx/site.key", Item::Text("-----BEGIN")),
        ("nginx/secrets/api.conf", Item::Text("not read")),
        ("nginx/conf.d/db-password.conf", Item::Text("not read")),
        (
            "nginx/modules-enabled/50.conf",
            Item::Symlink("/usr/share/nginx/50.conf"),
        ),
        ("nginx/sites-available/shop", Item::Text("server {}")),
        ("nginx/sites-available/idle", Item::Text("server { idle }")),
        (
            "nginx/sites-enabled/shop",
            Item::Symlink("/etc/nginx/sites-available/shop"),
        ),
        ("nginx/sites-enabled/again", Item::Symlink("shop")),
        ("nginx/sites-enabled/gone", Item::Symlink("../nowhere")),
        ("nginx/conf.d/a/b/deep.conf", Item::Text("four deep")),
        ("nginx/conf.d/a/b/c/deeper.conf", Item::Text("five deep")),
        ("nginx/dlink", Item::Symlink("conf.d")),
        ("nginx/round", Item::Symlink("round")),
    ]);
    assert_eq!(
        names("/etc/nginx", &archive),
        [
            "/etc/nginx/conf.d/a/b/deep.conf",
            "/etc/nginx/dlink/a/b/deep.conf",
            "/etc/nginx/hard.conf",
            "/etc/nginx/nginx.conf",
            "/etc/nginx/sites-enabled/again",
            "/etc/nginx/sites-enabled/shop",
        ]
    );
    let text = |name: &str| {
        files("/etc/nginx", &archive)
            .into_iter()
            .find(|(path, _)| path == name)
    };
    assert_eq!(text("/etc/nginx/nginx.conf").expect("a file").1, "main");
    assert_eq!(
        text("/etc/nginx/sites-enabled/again").expect("a file").1,
        "server {}"
    );
}

#[test]
fn one_file_one_link_and_nothing() {
    let one = archive(&[("Caddyfile", Item::Text(":80\n"))]);
    assert_eq!(
        files("/etc/caddy/Caddyfile", &one),
        [("/etc/caddy/Caddyfile".into(), ":80\n".into())]
    );
    for (target, expected) in [
        ("real.conf", "/etc/app/real.conf"),
        ("/opt/x", "/opt/x"),
        ("../../../../y", "/y"),
    ] {
        let link = archive(&[("link.conf", Item::Symlink(target))]);
        assert_eq!(
            unpack("/etc/app/link.conf", &link),
            Unpacked::Link(expected.into())
        );
    }
    assert_eq!(names("/etc/caddy", b"this is no archive"), [""; 0]);
    assert_eq!(names("/etc/caddy", &archive(&[])), [""; 0]);
}

#[test]
fn entries_that_climb_out_are_left_out() {
    let mut bytes = archive(&[("nginx/aa/aa/passwd", Item::Text("root"))]);
    let name = b"nginx/../../passwd";
    bytes[..name.len()].copy_from_slice(name);
    let mut header = Header::from_byte_slice(&bytes[..512]).clone();
    header.set_cksum();
    bytes[..512].copy_from_slice(header.as_bytes());
    assert_eq!(names("/etc/nginx", &bytes), [""; 0]);
}

#[test]
fn binary_files_are_left_out_and_long_ones_cut_at_a_line() {
    let long = "a line of text\n".repeat(40_000);
    let archive = archive(&[
        ("conf/binary.conf", Item::Bytes(vec![0x7f, 0x45, 0, 1])),
        (
            "conf/latin1.conf",
            Item::Bytes(b"# caf\xe9\nroot /;\n".to_vec()),
        ),
        ("conf/long.conf", Item::Text(&long)),
        (
            "conf/one-line.json",
            Item::Bytes(vec![b'x'; FILE_LIMIT + 1]),
        ),
    ]);
    let files = files("/conf", &archive);
    let sizes: Vec<(&str, usize)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.lines().count()))
        .collect();
    assert_eq!(
        sizes,
        [
            ("/conf/latin1.conf", 2),
            ("/conf/long.conf", FILE_LIMIT / 15),
            ("/conf/one-line.json", 0)
        ]
    );
    assert!(files[0].1.starts_with("# caf\u{fffd}\n") && files[1].1.ends_with("text\n"));
}

#[test]
fn an_archive_that_was_cut_gives_what_came_whole() {
    let text = "x\n".repeat(2000);
    let whole = archive(&[("c/a", Item::Text(&text)), ("c/b", Item::Text(&text))]);
    assert_eq!(names("/c", &whole), ["/c/a", "/c/b"]);
    assert_eq!(names("/c", &whole[..whole.len() / 2 + 600]), ["/c/a"]);
}

#[test]
fn more_files_than_the_bound() {
    let paths: Vec<String> = (0..500)
        .map(|number| format!("c/{number:03}.conf"))
        .collect();
    let items: Vec<_> = paths
        .iter()
        .map(|path| (path.as_str(), Item::Text("x")))
        .collect();
    assert_eq!(names("/c", &archive(&items)).len(), FILES_LIMIT);
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..2048), at in 0usize..1500) {
        unpack("/etc/nginx", &bytes);
        let mut broken = archive(&[("nginx/a", Item::Text("x")), ("nginx/b", Item::Symlink("a"))]);
        for (offset, byte) in bytes.iter().take(40).enumerate() {
            let length = broken.len();
            broken[(at + offset) % length] = *byte;
        }
        unpack("/etc/nginx", &broken);
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_file() {
    assert_eq!(text(b"\xef\xbb\xbfserver {}").as_deref(), Some("server {}"));
}
