use std::collections::BTreeSet;

use super::*;

const SMALL: Rotation = Rotation {
    max_bytes: 100,
    max_files: 3,
};

/// A line of 10 bytes.
fn line(number: u32) -> String {
    format!("line {number:04}\n")
}

fn write(log: &Arc<LogFile>, numbers: impl IntoIterator<Item = u32>) {
    let mut writer = LogFileWriter(Arc::clone(log));
    for number in numbers {
        writer.write_all(line(number).as_bytes()).expect("written");
    }
    writer.flush().expect("flushed");
}

/// What the file with this end of its name contains; nothing where it is not there.
fn text(folder: &Path, end: &str) -> String {
    fs::read_to_string(folder.join(format!("own.log{end}"))).unwrap_or_default()
}

fn opened(folder: &Path, rotation: Rotation) -> Arc<LogFile> {
    Arc::new(LogFile::open(&folder.join("own.log"), rotation).expect("a file"))
}

#[test]
fn a_full_file_is_renamed_and_the_oldest_goes() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = opened(folder.path(), SMALL);
    write(&log, 0..45);
    assert_eq!(
        text(folder.path(), ""),
        (40..45).map(line).collect::<String>()
    );
    assert_eq!(
        text(folder.path(), ".1"),
        (30..40).map(line).collect::<String>()
    );
    assert_eq!(
        text(folder.path(), ".3"),
        (10..20).map(line).collect::<String>()
    );
    assert!(!folder.path().join("own.log.4").exists());
    // A new start goes on with the file that is there.
    write(&opened(folder.path(), SMALL), 45..51);
    assert_eq!(
        text(folder.path(), ".1"),
        (40..50).map(line).collect::<String>()
    );
    assert_eq!(text(folder.path(), ""), line(50));
}

#[test]
fn a_line_that_is_longer_than_a_file_stays_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = opened(folder.path(), SMALL);
    let long = "x".repeat(500) + "\n";
    let mut writer = LogFileWriter(Arc::clone(&log));
    for _ in 0..2 {
        writer.write_all(long.as_bytes()).expect("written");
    }
    assert_eq!(
        (text(folder.path(), ""), text(folder.path(), ".1")),
        (long.clone(), long)
    );
}

#[test]
fn without_files_to_keep_nothing_is_renamed() {
    let folder = tempfile::tempdir().expect("a folder");
    let never = Rotation {
        max_files: 0,
        ..SMALL
    };
    write(&opened(folder.path(), never), 0..45);
    assert_eq!(text(folder.path(), "").lines().count(), 45);
    assert!(!folder.path().join("own.log.1").exists());
}

#[test]
fn a_file_that_another_program_renamed_is_opened_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("own.log");
    let log = opened(folder.path(), SMALL);
    write(&log, 0..3);
    fs::rename(&path, folder.path().join("own.log.old")).expect("renamed");
    write(&log, 3..5);
    log.reopen().expect("opened");
    write(&log, 5..7);
    assert_eq!(
        text(folder.path(), ".old"),
        (0..5).map(line).collect::<String>()
    );
    assert_eq!(
        text(folder.path(), ""),
        (5..7).map(line).collect::<String>()
    );
    // Without being told, when the old one is full: the new one is not renamed.
    fs::rename(&path, folder.path().join("own.log.other")).expect("renamed");
    write(&log, 7..20);
    assert_eq!(
        text(folder.path(), ".other"),
        (5..15).map(line).collect::<String>()
    );
    assert_eq!(
        text(folder.path(), ""),
        (15..20).map(line).collect::<String>()
    );
    assert!(!folder.path().join("own.log.1").exists());
}

#[test]
fn what_cannot_be_renamed_goes_on_growing_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let log = opened(folder.path(), SMALL);
    // A folder with something in it is no name that another one can take.
    for number in 1..=3 {
        fs::create_dir_all(folder.path().join(format!("own.log.{number}/full"))).expect("a folder");
    }
    write(&log, 0..25);
    assert_eq!(
        text(folder.path(), ""),
        (0..25).map(line).collect::<String>()
    );
}

#[test]
fn lines_of_several_threads_are_all_there_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let many = Rotation {
        max_files: 100,
        ..SMALL
    };
    let log = opened(folder.path(), many);
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let log = &log;
            scope.spawn(move || write(log, thread * 100..(thread + 1) * 100));
        }
    });
    let ends = std::iter::once(String::new()).chain((1..=100).map(|number| format!(".{number}")));
    let all: Vec<String> = ends
        .flat_map(|end| {
            text(folder.path(), &end)
                .lines()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let different: BTreeSet<&String> = all.iter().collect();
    assert_eq!((all.len(), different.len()), (400, 400));
}
