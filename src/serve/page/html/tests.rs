//! What the template is filled with.

use super::*;

#[test]
fn names_of_places_in_the_content_stay_text() {
    let page = fill("a <!--content--> {version}");
    assert_eq!(page.matches("a <!--content--> {version}").count(), 1);
    assert!(page.contains("id=\"sign-unhealthy\""));
    assert!(page.ends_with("</html>\n"));
}

#[test]
fn the_shell_has_neither_scripts_nor_styles_within() {
    let shell = shell();
    for part in shell.split("<script").skip(1) {
        assert!(part.trim_start().contains("src=\"assets/"), "{part}");
    }
    assert!(!shell.contains("<style") && !shell.contains("style=\""));
    assert!(!shell.contains("=\"/"), "links are relative");
}

#[test]
fn every_file_that_the_shell_names_is_there() {
    let shell = shell();
    let names: Vec<&str> = shell
        .split("\"assets/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(names.len() > 3, "{names:?}");
    for name in names {
        let found = crate::serve::page::files::FILES
            .iter()
            .any(|file| file.name == name);
        assert!(found, "{name}");
    }
}
