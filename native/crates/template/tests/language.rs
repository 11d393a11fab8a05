//! Unions, null flavours, formatters, narrative, white space and namespaces.

#![allow(clippy::unwrap_used, missing_docs)]

mod common;

use caducee_template::{Error, Program, Shapes, Source, compile};
use common::{Item, message, text};

fn list(items: Vec<Item>) -> Item {
    Item::List(items)
}

/// `Card`: a union, an identifier and a text that may be null flavours, a list of such identifiers, a narrative.
fn shapes() -> Vec<u8> {
    let fields =
        |fields: &[(&str, &str)]| list(fields.iter().map(|(name, of)| list(vec![text(name), text(of)])).collect());
    let structs = vec![
        list(vec![text("Id"), fields(&[("root", "str"), ("extension", "str?")])]),
        list(vec![text("Drug"), fields(&[("name", "str"), ("dose", "str?")]), text("drug")]),
        list(vec![text("Act"), fields(&[("code", "str")]), Item::Int(7)]),
        list(vec![
            text("Card"),
            fields(&[
                ("what", "@Drug|@Act"),
                ("other", "@Drug|@Act?"),
                ("id", "@Id!"),
                ("more", "@Id!?"),
                ("amount", "str!"),
                ("ids", "[@Id!]"),
                ("words", "narrative"),
            ]),
        ]),
    ];
    message(&list(structs))
}

fn program(body: &str) -> Result<Program, Error> {
    program_of(body, "")
}

fn program_of(body: &str, attributes: &str) -> Result<Program, Error> {
    let source =
        format!(r#"<t:document xmlns:t="urn:caducee:template:1" model="Card" as="m" {attributes}>{body}</t:document>"#);
    compile(Source { name: "card.xml", text: source.as_bytes() }, Shapes::read(&shapes())?, &[])
}

fn null(code: &str) -> Item {
    Item::Null(code.to_owned())
}

fn id(extension: Option<&str>) -> Item {
    list(vec![text("1.2"), extension.map_or(Item::Nil, text)])
}

/// A card with these fields replaced.
fn card(changed: &[(usize, Item)]) -> Item {
    let mut fields = vec![
        list(vec![text("drug"), text("A"), Item::Nil]),
        Item::Nil,
        id(Some("x")),
        Item::Nil,
        text("5.00"),
        list(vec![]),
        list(vec![list(vec![])]),
    ];
    for (at, item) in changed {
        fields[*at] = item.clone();
    }
    list(fields)
}

fn render(body: &str, changed: &[(usize, Item)]) -> Result<String, Error> {
    let sent = message(&card(changed));
    let rendered = program(body)?.render(&sent, false)?.into_bytes();
    Ok(String::from_utf8(rendered).unwrap())
}

fn refusal(body: &str) -> String {
    program(body).unwrap_err().to_string()
}

const CHOICE: &str = "<c><t:choice of='m.what'><t:when is='Drug' as='d'><d dose='{d.dose?}'>{d.name}</d></t:when>\
    <t:when is='Act' as='a'><a>{a.code}</a></t:when></t:choice></c>";

#[test]
fn a_union_is_written_by_the_case_of_its_tag() {
    assert_eq!(render(CHOICE, &[]).unwrap(), "<c><d>A</d></c>");
    let drug = list(vec![text("drug"), text("B"), text("1 g")]);
    assert_eq!(render(CHOICE, &[(0, drug)]).unwrap(), r#"<c><d dose="1 g">B</d></c>"#);
    let act = list(vec![Item::Int(7), text("Z")]);
    assert_eq!(render(CHOICE, &[(0, act)]).unwrap(), "<c><a>Z</a></c>");
}

#[test]
fn a_tag_that_the_union_does_not_have_is_refused() {
    for wrong in [text("x"), Item::Int(8), Item::Nil] {
        let error = render(CHOICE, &[(0, list(vec![wrong, text("A"), Item::Nil]))]).unwrap_err();
        assert_eq!((error.code(), error.path()), ("model.mismatch", "what"));
    }
    assert!(render(CHOICE, &[(0, list(vec![]))]).is_err());
}

#[test]
fn otherwise_provides_for_the_rest_and_an_absent_union_writes_nothing() {
    let body = "<c><t:choice of='m.other?'><t:when is='Act' as='a'>{a.code}</t:when>\
        <t:otherwise><o/></t:otherwise></t:choice></c>";
    assert_eq!(render(body, &[]).unwrap(), "<c></c>");
    let drug = list(vec![text("drug"), text("B"), Item::Nil]);
    assert_eq!(render(body, &[(1, drug)]).unwrap(), "<c><o></o></c>");
    assert_eq!(render(body, &[(1, list(vec![Item::Int(7), text("Z")]))]).unwrap(), "<c>Z</c>");
}

#[test]
fn choices_inside_choices_keep_their_own_cases() {
    let inner = "<t:choice of='m.other?'><t:when is='Drug' as='e'>{e.name}</t:when>\
        <t:when is='Act' as='e'>{e.code}</t:when></t:choice>";
    let body = format!(
        "<c><t:choice of='m.what'><t:when is='Drug' as='d'>{inner}</t:when><t:otherwise>-</t:otherwise></t:choice></c>"
    );
    let act = list(vec![Item::Int(7), text("Z")]);
    assert_eq!(render(&body, &[(1, act.clone())]).unwrap(), "<c>Z</c>");
    assert_eq!(render(&body, &[(0, act)]).unwrap(), "<c>-</c>");
}

#[test]
fn a_data_type_writes_a_null_flavour_alone_and_in_its_place() {
    let body = "<c z='1' t:ii='m.id' a='2'><b/></c>";
    assert_eq!(render(body, &[]).unwrap(), r#"<c a="2" extension="x" root="1.2" z="1"><b></b></c>"#);
    assert_eq!(render(body, &[(2, null("NASK"))]).unwrap(), r#"<c a="2" nullFlavor="NASK" z="1"><b></b></c>"#);
}

#[test]
fn what_is_absent_and_what_is_null_are_told_apart() {
    let body = "<c><i t:ii='m.more?'/></c>";
    assert_eq!(render(body, &[]).unwrap(), "<c></c>");
    assert_eq!(render(body, &[(3, null("UNK"))]).unwrap(), r#"<c><i nullFlavor="UNK"></i></c>"#);
    assert_eq!(render(body, &[(3, id(None))]).unwrap(), r#"<c><i root="1.2"></i></c>"#);
}

#[test]
fn known_and_null_narrow_a_value() {
    let body = "<c><t:if known='m.amount'><v>{m.amount|decimal}</v></t:if>\
        <t:if null='m.amount'><v nullFlavor='{m.amount}'/></t:if>\
        <t:if known='m.more'>{m.more.root}</t:if></c>";
    assert_eq!(render(body, &[]).unwrap(), "<c><v>5.00</v></c>");
    assert_eq!(render(body, &[(4, null("OTH"))]).unwrap(), r#"<c><v nullFlavor="OTH"></v></c>"#);
    assert_eq!(render(body, &[(3, id(None))]).unwrap(), "<c><v>5.00</v>1.2</c>");
}

#[test]
fn null_flavours_are_told_apart_in_a_list_and_in_a_fragment() {
    let body = "<t:def name='id' of='i'><t:if known='i'><k>{i.root}</k></t:if><t:if null='i'><n f='{i}'/></t:if></t:def>\
        <c><t:for each='i in m.ids'><t:use def='id' of='i'/></t:for><t:use def='id' of='m.id'/></c>";
    let ids = list(vec![id(None), null("NI")]);
    let expected = r#"<c><k>1.2</k><n f="NI"></n><k>1.2</k></c>"#;
    assert_eq!(render(body, &[(5, ids)]).unwrap(), expected);
}

#[test]
fn a_fragment_may_ask_of_a_value_that_is_never_null() {
    let body = "<t:def name='d' of='x'><t:if known='x.dose'>{x.dose}</t:if><t:if null='x.name'>never</t:if></t:def>\
        <c><t:choice of='m.what'><t:when is='Drug' as='d'><t:use def='d' of='d'/></t:when><t:otherwise/></t:choice></c>";
    assert_eq!(render(body, &[]).unwrap(), "<c></c>");
    let drug = list(vec![text("drug"), text("B"), text("1 g")]);
    assert_eq!(render(body, &[(0, drug)]).unwrap(), "<c>1 g</c>");
}

#[test]
fn a_null_flavour_that_hl7_does_not_have_is_refused() {
    let error = render("<c t:ii='m.id'/>", &[(2, null("XXX"))]).unwrap_err();
    assert_eq!((error.code(), error.path()), ("model.null_flavor", "id"));
}

#[test]
fn a_null_flavour_where_none_may_be_is_refused() {
    let error = render("<c><t:if has='m.other'><a/></t:if></c>", &[(1, null("NI"))]).unwrap_err();
    assert_eq!((error.code(), error.path()), ("model.mismatch", "other"));
}

#[test]
fn a_text_that_its_formatter_refuses_names_its_field_and_not_its_value() {
    let body = "<c><t:if known='m.amount'>{m.amount|decimal}</t:if></c>";
    let error = render(body, &[(4, text("1e5 NESSI-TEST"))]).unwrap_err();
    assert_eq!((error.code(), error.path()), ("model.decimal", "amount"));
    assert!(!error.to_string().contains("NESSI"));
}

#[test]
fn narrative_is_written_with_its_attributes_in_order() {
    let start = |name: &str, pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(name, value)| list(vec![text(name), text(value)])).collect();
        list(vec![text(name), list(pairs)])
    };
    let events = vec![
        start("paragraph", &[("styleCode", "Bold"), ("ID", "p1")]),
        text("a < b"),
        start("br", &[]),
        Item::Nil,
        Item::Nil,
    ];
    let body = "<c><text><t:narrative of='m.words'/></text></c>";
    let words = list(vec![list(events)]);
    let expected = r#"<c><text><paragraph ID="p1" styleCode="Bold">a &lt; b<br></br></paragraph></text></c>"#;
    assert_eq!(render(body, &[(6, words)]).unwrap(), expected);
    let script = list(vec![list(vec![start("script", &[]), Item::Nil])]);
    let error = render(body, &[(6, script)]).unwrap_err();
    assert_eq!((error.code(), error.path()), ("model.narrative", "words.events[0]"));
}

#[test]
fn namespaces_that_change_nothing_are_left_out_and_one_that_ends_is_written() {
    let cases = [
        ("<a xmlns='urn:a'><b xmlns='urn:a'/></a>", r#"<a xmlns="urn:a"><b></b></a>"#),
        ("<a xmlns='urn:a'><b xmlns=''/></a>", r#"<a xmlns="urn:a"><b xmlns=""></b></a>"#),
        ("<a xmlns=''><b xmlns=''/></a>", "<a><b></b></a>"),
        (
            "<a xmlns='urn:a'><b xmlns=''><c xmlns='urn:a'/></b></a>",
            r#"<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"></c></b></a>"#,
        ),
        ("<x:a xmlns:x='urn:x'><x:b xmlns:x='urn:x'/></x:a>", r#"<x:a xmlns:x="urn:x"><x:b></x:b></x:a>"#),
    ];
    for (body, expected) in cases {
        assert_eq!(render(body, &[]).unwrap(), expected, "{body}");
    }
}

#[test]
fn white_space_between_elements_is_kept_where_that_is_asked() {
    let rendered = |attributes| {
        let program = program_of("<a>\n <b/> <!-- c --></a>", attributes).unwrap();
        let sent = message(&card(&[]));
        String::from_utf8(program.render(&sent, false).unwrap().into_bytes()).unwrap()
    };
    assert_eq!(rendered(""), "<a><b></b></a>");
    assert_eq!(rendered("space='keep'"), "<a>\n <b></b> </a>");
}

#[test]
fn mistakes_are_refused_when_the_template_is_compiled() {
    let cases = [
        ("<c>{m.what}</c>", "a Drug or a Act cannot be written"),
        ("<c>{m.what.name}</c>", "put it in a t:choice"),
        ("<c>{m.id.root}</c>", "put it in a t:if known"),
        ("<c>{m.amount}</c>", "put it in a t:if known"),
        ("<c><t:choice of='m.id'/></c>", "t:choice of a Id or a null flavour"),
        ("<c><t:choice of='m.other'/></c>", "may be absent"),
        ("<c><t:choice of='m.what'><t:when is='Drug' as='d'/></t:choice></c>", "no t:when for Act"),
        ("<c><t:choice of='m.what'><t:when is='Id' as='d'/></t:choice></c>", "Id is not a Drug or a Act"),
        ("<c><t:choice of='m.what'><b/></t:choice></c>", "t:choice holds"),
        ("<c><t:choice of='m.what'><t:otherwise/><t:when is='Act' as='a'/></t:choice></c>", "t:choice holds"),
        ("<c><t:when is='Act' as='a'/></c>", "not expected"),
        ("<c><t:if known='m.what'/></c>", "is known here"),
        ("<c><t:if known='m.id'><t:if null='m.id'/></t:if></c>", "is known here"),
        ("<c><t:if null='m.id'>{m.id.root}</t:if></c>", "asked of"),
        ("<c><t:if known='m.amount'>{m.amount|money}</t:if></c>", "no formatter money"),
        ("<c>{m.ids|oid}</c>", "formats a text"),
        ("<c><t:narrative of='m.ids'/></c>", "t:narrative of a list"),
        ("<c><t:narrative of='m.words'><a/></t:narrative></c>", "holds nothing"),
    ];
    for (body, message) in cases {
        let said = refusal(body);
        assert!(said.contains(message), "{body}: {said}");
    }
    let twice = CHOICE.replace("is='Act'", "is='Drug'");
    assert!(refusal(&twice).contains("provided for twice"));
    let never = CHOICE.replace("</t:choice>", "<t:otherwise/></t:choice>");
    assert!(refusal(&never).contains("never written"));
    assert!(program_of("<c/>", "space='drop'").unwrap_err().to_string().contains("keep"));
}

#[test]
fn fragments_that_multiply_are_refused_in_no_time() {
    let mut body = String::from("<t:def name='f0' of='x'/>");
    for n in 1..40 {
        let uses = format!("<t:use def='f{}' of='x'/>", n - 1).repeat(2);
        body.push_str(&format!("<t:def name='f{n}' of='x'>{uses}</t:def>"));
    }
    body.push_str("<c><t:use def='f39' of='m'/></c>");
    assert!(refusal(&body).contains("too many fragments"));
}
