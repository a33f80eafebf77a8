use super::*;

#[test]
fn the_built_in_file_is_sound() {
    let clues = Clues::parse(BUILTIN).expect("clues.toml");
    assert!(
        clues.words.len() > 300 && clues.programs.len() > 100,
        "{}",
        clues.words.len()
    );
    assert!(
        clues
            .words
            .keys()
            .all(|word| word.to_lowercase() == *word && !word.contains(['-', '_']))
    );
    assert!(
        clues
            .words
            .values()
            .all(|word| word.weight.confidence < 100)
    );
    let unknown: Vec<_> = clues
        .suffixes
        .iter()
        .filter(|end| !clues.words.contains_key(*end))
        .collect();
    assert!(
        unknown.is_empty(),
        "ends of words that are no words: {unknown:?}"
    );
    assert_eq!(Clues::builtin().words.len(), clues.words.len());
}
