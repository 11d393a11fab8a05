//! What a compiled template writes.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use caducee_template::Error;
use common::{Item, line, message, note, program, render, text};
use proptest::prelude::{any, proptest};

const ALL: &str = r#"<N z="{m.title}" a="{m.remark?}"><t:if has="m.best"><b>{m.best.label}</b></t:if>
<t:for each="l in m.lines" index="n"><l n="{n}" v="{l.value?}">{l.label}<t:if lacks="l.value"><no/></t:if></l></t:for>
<d>{m.body}</d><u>{m.urgent}</u><c>{m.count}</c></N>"#;

#[test]
fn everything_is_written_in_canonical_order() {
    let lines = vec![line("a", Some("1")), line("b", None)];
    let expected = concat!(
        r#"<N xmlns="urn:n" z="T">"#,
        r#"<l n="1" v="1">a</l><l n="2">b<no></no></l>"#,
        "<d>JVBERg==</d><u>true</u><c>-7</c></N>"
    );
    assert_eq!(render(ALL, &note("T", lines)).unwrap(), expected);
}

#[test]
fn an_empty_list_writes_nothing() {
    assert_eq!(
        render(r#"<N>a<t:for each="l in m.lines">x</t:for>b</N>"#, &note("T", vec![])).unwrap(),
        r#"<N xmlns="urn:n">ab</N>"#
    );
}

#[test]
fn loops_in_loops_keep_their_own_numbers() {
    let body = r#"<N><t:for each="l in m.lines" index="i"><t:for each="k in m.lines" index="j">{i}{k.label}{j} </t:for></t:for></N>"#;
    let lines = vec![line("a", None), line("b", None)];
    assert_eq!(render(body, &note("T", lines)).unwrap(), r#"<N xmlns="urn:n">1a1 1b2 2a1 2b2 </N>"#);
}

#[test]
fn literals_do_not_run_together_across_the_end_of_a_condition() {
    let body = r#"<N>a<t:if has="m.remark">b</t:if>c</N>"#;
    assert_eq!(render(body, &note("T", vec![])).unwrap(), r#"<N xmlns="urn:n">ac</N>"#);
}

#[test]
fn a_truth_value_is_a_condition() {
    let body = r#"<N><t:if has="m.urgent"><u/></t:if><t:if lacks="m.urgent"><v/></t:if></N>"#;
    assert_eq!(render(body, &note("T", vec![])).unwrap(), r#"<N xmlns="urn:n"><u></u></N>"#);
}

#[test]
fn a_forbidden_character_names_the_item_that_holds_it() {
    let lines = vec![line("a", None), line("b\u{1}", None)];
    let refused = render(ALL, &note("T", lines)).unwrap_err();
    assert_eq!(refused, Error::Character { path: "lines[1].label".to_owned(), character: 1 });
}

#[test]
fn a_message_of_another_shape_is_refused_with_the_path() {
    let mut other = note("T", vec![]);
    if let Item::List(fields) = &mut other {
        fields[5] = text("seven");
    }
    assert_eq!(render(ALL, &other).unwrap_err(), Error::Message { path: "count".to_owned() });
    let short = Item::List(vec![text("T")]);
    assert!(matches!(render(ALL, &short), Err(Error::Message { .. })));
}

proptest! {
    #[test]
    fn a_damaged_message_is_refused_or_rendered_but_never_panics(
        at in 0usize..400, byte in any::<u8>(), cut in 0usize..400
    ) {
        let lines = vec![line("a", Some("1")), line("b", None)];
        let mut bytes = message(&note("T", lines));
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = program(ALL).unwrap().render(&bytes, false);
        bytes.truncate(cut);
        let _ = program(ALL).unwrap().render(&bytes, false);
    }

    #[test]
    fn any_text_is_read_back_by_a_parser(title in "\\PC*", remark in "[ -~\\t\\n\\r]*") {
        let mut model = note(&title, vec![]);
        if let Item::List(fields) = &mut model {
            fields[1] = text(&remark);
        }
        let written = render(r#"<N a="{m.remark?}">{m.title}</N>"#, &model).unwrap();
        let read = roxmltree::Document::parse(&written).unwrap();
        let root = read.root_element();
        assert_eq!(root.attribute("a"), Some(remark.as_str()));
        assert_eq!(root.text().unwrap_or(""), title);
    }
}
