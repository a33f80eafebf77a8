use super::*;
use crate::tui::fixture;

fn map(snapshot: &Snapshot, ui: &UiState, ascii: bool) -> String {
    fixture::screen(&fixture::frame(snapshot, ui, ascii, draw).0)
}

macro_rules! shots {
    ($($name:ident: $picture:expr, $ui:expr, $ascii:expr;)*) => {
        $(#[test]
        fn $name() {
            insta::assert_snapshot!(map(&$picture.snapshot(), &$ui, $ascii));
        })*
    };
}

shots! {
    nine_40x10: fixture::nine(), fixture::ui(40, 10), false;
    nine_80x22: fixture::nine(), fixture::ui(80, 22), false;
    nine_80x22_ascii: fixture::nine(), fixture::ui(80, 22), true;
    nine_120x38: fixture::nine(), fixture::ui(120, 38), false;
    nine_160x48: fixture::nine(), fixture::ui(160, 48), false;
    failing_40x8: fixture::failing(), fixture::ui(40, 8), false;
    failing_80x22: fixture::failing(), fixture::ui_on(80, 22, "hub/db"), false;
    failing_120x38: fixture::failing(), fixture::ui(120, 38), false;
    failing_160x48: fixture::failing(), fixture::ui_on(160, 48, "hub/backend"), false;
    failing_160x48_ascii: fixture::failing(), fixture::ui_on(160, 48, "hub/backend"), true;
    mixed_120x38: fixture::mixed(), fixture::ui(120, 38), false;
    mixed_lines_80x16: fixture::mixed(), fixture::ui_on(80, 16, "hub/nats"), false;
    lost_80x22: fixture::lost(), fixture::ui(80, 22), false;
    strange_80x22: fixture::strange(), fixture::ui(80, 22), false;
    twenty_five_40x10: fixture::twenty_five(), fixture::ui(40, 10), false;
    twenty_five_80x22: fixture::twenty_five(), fixture::ui_on(80, 22, "hub/db"), false;
    twenty_five_120x38: fixture::twenty_five(), fixture::ui(120, 38), false;
    twenty_five_160x48: fixture::twenty_five(), fixture::ui_on(160, 48, "hub/nats"), false;
    sixty_80x22: fixture::sixty(), fixture::ui(80, 22), false;
    sixty_120x38: fixture::sixty(), fixture::ui_on(120, 38, "shop/db"), false;
    sixty_160x48: fixture::sixty(), fixture::ui(160, 48), false;
    one_stack_of_sixty: fixture::sixty(), fixture::ui_of_stack(120, 38, "lab"), false;
    thousand_120x38: fixture::thousand(), fixture::ui(120, 38), false;
}
