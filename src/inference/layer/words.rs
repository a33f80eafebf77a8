//! What the words of a name mean.

use crate::model::Layer;

use super::clues::{Clues, JobWord, Weight};
use super::{Clue, Origin};

/// The words of `name`, in order, lower case, without trailing digits: `userDB2-api` is `user`,
/// `db`, `api`.
pub(super) fn of(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut after_lower = false;
    for c in name.chars() {
        let begins = c.is_uppercase() && after_lower;
        if begins || !c.is_alphanumeric() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        after_lower = c.is_lowercase();
    }
    let bare = words.iter().map(|word| without_number(word).to_owned());
    bare.filter(|word| !word.is_empty()).collect()
}

fn without_number(word: &str) -> &str {
    // `s3` and the like are words of their own.
    if Clues::builtin().words.contains_key(word) {
        return word;
    }
    word.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// What `words` mean together: the last that means something decides the layer. The flag is of a
/// console of the store that is named.
pub(super) fn weigh(words: &[String], place: super::GraphPlace) -> Option<(&str, Weight, bool)> {
    let clues = Clues::builtin();
    if let Some((store, weight)) = console(words) {
        return Some((store, weight, true));
    }
    let meanings = words
        .iter()
        .rev()
        .enumerate()
        .filter_map(|(from_end, word)| {
            let (text, mut weight) = meaning_of(word, from_end == 0, place)?;
            weight.confidence -= weight.confidence / 6 * u8::from(from_end > 0);
            Some((text, weight, clues.fillers.contains(word)))
        });
    let meanings: Vec<_> = meanings.collect();
    let (_, decided, _) = meanings
        .iter()
        .find(|(.., is_filler)| !is_filler)
        .or(meanings.first())?;
    let same = meanings
        .iter()
        .filter(|(_, weight, _)| weight.layer == decided.layer);
    let surest = same.max_by_key(|(_, weight, _)| weight.confidence);
    surest.map(|(text, weight, _)| (*text, *weight, false))
}

/// The store that a console, such as `redis-ui`, is for.
fn console(words: &[String]) -> Option<(&str, Weight)> {
    let (last, rest) = words.split_last()?;
    let is_console = Clues::builtin().consoles.contains(last);
    let mut stores = rest.iter().rev().filter(|word| is_store(word));
    let store = stores.next().filter(|_| is_console)?;
    let weight = Weight {
        layer: Layer::Infra,
        confidence: 80,
    };
    Some((store, weight))
}

fn meaning_of(word: &str, is_last: bool, place: super::GraphPlace) -> Option<(&str, Weight)> {
    let clues = Clues::builtin();
    if clues.web.iter().any(|each| each == word) {
        // `web` with a store behind it is most likely a whole application.
        let layer = if place.stores > 0 {
            Layer::App
        } else {
            Layer::Ui
        };
        return Some((
            word,
            Weight {
                layer,
                confidence: 60,
            },
        ));
    }
    let known = |text: &str| clues.words.get(text).filter(|known| is_last || !known.last);
    if let Some(known) = known(word) {
        return Some((word, known.weight));
    }
    let suffix = clues
        .suffixes
        .iter()
        .find(|end| word.len() > end.len() + 1 && word.ends_with(end.as_str()))?;
    let weight = known(suffix)?.weight;
    Some((
        word,
        Weight {
            confidence: weight.confidence - 5,
            ..weight
        },
    ))
}

/// Whether `word` names a store.
fn is_store(word: &str) -> bool {
    let known = Clues::builtin().words.get(word);
    known.is_some_and(|known| known.weight.layer == Layer::Data && !known.last)
}

/// Whether a service of this name most likely keeps data.
pub(super) fn names_a_store(name: &str) -> bool {
    let place = super::GraphPlace::default();
    weigh(&of(name), place).is_some_and(|(_, weight, _)| weight.layer == Layer::Data)
}

/// The first word of `words` that means work that ends. Weak ones count only at the begin or the
/// end.
pub(super) fn job(words: &[String]) -> Option<(&str, JobWord)> {
    let jobs = &Clues::builtin().jobs;
    let strong = words.iter().find_map(|word| {
        let job = *jobs.get(word)?;
        (job != JobWord::Likely).then_some((word.as_str(), job))
    });
    let at_ends = || [words.last(), words.first()].into_iter().flatten();
    strong.or_else(|| at_ends().find_map(|word| Some((word.as_str(), *jobs.get(word)?))))
}

/// The first of `words` that is in `list`.
pub(super) fn any<'a>(words: &'a [String], list: &[String]) -> Option<&'a str> {
    words
        .iter()
        .find(|word| list.contains(word))
        .map(String::as_str)
}

/// The clue of a service's own name.
pub(super) fn clue(words: &[String], place: super::GraphPlace) -> Option<Clue> {
    let (word, weight, is_console) = weigh(words, place)?;
    let word = &crate::model::text::one_line(word, 40);
    let reason = if is_console {
        format!("named as a console of {word}")
    } else if Clues::builtin().web.iter().any(|each| each == word) && weight.layer == Layer::App {
        format!("named {word}, needs a store")
    } else {
        format!("named {word}")
    };
    Some(Clue::new(Origin::Name, weight, reason))
}

/// Whether `word` names what people look at.
pub(super) fn names_a_front_end(word: &str) -> bool {
    let known = Clues::builtin().words.get(word);
    known.is_some_and(|known| known.weight.layer == Layer::Ui && known.weight.confidence > 50)
}

/// Whether `word` is the name of a well-known web server or proxy.
pub(super) fn names_a_web_server(word: &str) -> bool {
    ["nginx", "apache", "caddy", "haproxy", "traefik"].contains(&word)
}

/// Whether `word` names what takes work from a queue or a scheduler, for ever.
pub(super) fn names_a_worker(word: &str) -> bool {
    let known = Clues::builtin().words.get(word);
    known.is_some_and(|known| known.weight.layer == Layer::App && known.weight.confidence >= 80)
}
