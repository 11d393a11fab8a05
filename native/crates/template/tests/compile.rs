//! What a template may not say.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use caducee_template::{Error, Shapes, Source, compile};
use common::{note, program, render, shapes, wrap};

fn refusal(body: &str) -> (u32, String) {
    match program(body).unwrap_err() {
        Error::Template { line, message, .. } => (line, message),
        other => (0, other.to_string()),
    }
}

#[test]
fn wrong_templates_are_refused_with_their_line() {
    let cases = [
        ("<N>{x.title}</N>", 1, "means nothing"),
        ("<N>\n{m.titre}</N>", 1, "no field titre"),
        ("<N>\n<a>{m.titre}</a></N>", 2, "no field titre"),
        ("<N>{m.lines}</N>", 1, "a list of a Line"),
        ("<N>{m.title.x}</N>", 1, "x is asked of a text"),
        ("<N>{m.remark}</N>", 1, "may be absent"),
        ("<N>{m.best.label}</N>", 1, "may be absent"),
        ("<N>{m.title?}</N>", 1, "always there"),
        ("<N a='{m.remark?}x'/>", 1, "the whole attribute"),
        ("<N t:ii='m.best?'/>", 1, "has no field root"),
        ("<N t:zz='m.title'/>", 1, "not a data type"),
        ("<N t:ts='m.count'/>", 1, "t:ts of an integer"),
        ("<N t:ts='m.title' t:ii='m.best?'/>", 1, "one data type"),
        ("<N t:ts='m.title' value='1'/>", 1, "value twice"),
        ("<N><t:for each='l'/></N>", 1, "name in path"),
        ("<N><t:for each='l of m.lines'/></N>", 1, "name in path"),
        ("<N><t:for each='m in m.lines'/></N>", 1, "already means"),
        ("<N><t:for each='L in m.lines'/></N>", 1, "not a name"),
        ("<N><t:for each='l in m.lines' x='1'/></N>", 1, "not expected"),
        ("<N><t:for each='l in m.lines' index='n'><a>{n.x}</a></t:for></N>", 1, "n is a number"),
        ("<N><t:if has='m.remark' lacks='m.remark'/></N>", 1, "wants one of"),
        ("<N><t:if/></N>", 1, "wants one of"),
        ("<N><t:if has='m.title'/></N>", 1, "always there"),
        ("<N><t:use def='a' of='m'/></N>", 1, "no t:def a"),
        ("<t:def name='a' of='x'/><t:def name='a' of='x'/><N/>", 1, "defined twice"),
        ("<t:def name='a' of='x'><t:use def='a' of='x'/></t:def><N><t:use def='a' of='m'/></N>", 1, "uses itself"),
        ("<t:def name='a' of='x'>{m.title}</t:def><N><t:use def='a' of='m'/></N>", 1, "means nothing"),
        ("<N><t:document/></N>", 1, "not expected"),
        ("<N><t:if xmlns:x='urn:x' has='m.remark'/></N>", 1, "declare namespaces on an element"),
        ("text<N/>", 1, "t:def and one element"),
        ("<N/><N/>", 1, "t:def and one element"),
        ("", 1, "no element"),
    ];
    for (body, line, message) in cases {
        let (at, said) = refusal(body);
        assert!(said.contains(message), "{body}: {said}");
        assert_eq!(at, line, "{body}: {said}");
    }
}

#[test]
fn a_document_type_declaration_is_refused() {
    let source = format!("<!DOCTYPE a [<!ENTITY e 'x'>]>{}", wrap("<N>&e;</N>"));
    let source = Source { name: "x", text: source.as_bytes() };
    assert!(compile(source, Shapes::read(&shapes()).unwrap(), &[]).is_err());
}

#[test]
fn a_template_nested_beyond_reason_is_refused() {
    let deep = |depth: usize| format!("{}{}", "<N>".repeat(depth), "</N>".repeat(depth));
    assert!(program(&deep(200)).is_ok());
    for depth in [300, 100_000] {
        assert_eq!(refusal(&deep(depth)), (1, "nested too deep".to_owned()));
    }
}

#[test]
fn an_unknown_attribute_of_the_root_is_refused() {
    let source = wrap("<N/>").replace("as=", "of='x' as=");
    let source = Source { name: "x", text: source.as_bytes() };
    let refused = compile(source, Shapes::read(&shapes()).unwrap(), &[]).unwrap_err();
    assert!(refused.to_string().contains("attribute of is not expected"));
}

#[test]
fn broken_shapes_are_refused() {
    for message in [&b""[..], b"\x01", b"\x91\x01", b"\x91\x92\xa1A\x91\x92\xa1b\xa1?"] {
        assert!(matches!(Shapes::read(message), Err(Error::Shapes(_))), "{message:?}");
    }
}

#[test]
fn a_namespace_declared_lower_ends_with_its_element() {
    let body = "<N><a xmlns='urn:a'><b/></a><c xmlns='urn:a'/><x:d xmlns:x='urn:x' x:y='1' xml:lang='fr'/></N>";
    let expected = concat!(
        r#"<N xmlns="urn:n"><a xmlns="urn:a"><b></b></a><c xmlns="urn:a"></c>"#,
        r#"<x:d xmlns:x="urn:x" xml:lang="fr" x:y="1"></x:d></N>"#
    );
    assert_eq!(render(body, &note("T", vec![])).unwrap(), expected);
}

#[test]
fn what_is_present_in_a_condition_is_plain_inside_and_doubtful_after() {
    assert!(program("<N><t:if has='m.best'>{m.best.label}</t:if></N>").is_ok());
    assert!(program("<N><t:if has='m.best'/>{m.best.label}</N>").is_err());
    assert!(program("<N><t:if lacks='m.best'>{m.best.label}</t:if></N>").is_err());
}

#[test]
fn blank_text_comments_and_instructions_are_not_output() {
    let body = "<N>\n <!-- c --> <?pi x?>\n<a/>\u{a0}</N>";
    assert_eq!(render(body, &note("T", vec![])).unwrap(), "<N xmlns=\"urn:n\"><a></a>\u{a0}</N>");
}
