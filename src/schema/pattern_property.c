/* Unicode properties that ECMA-262 knows (tables 67 to 69), as PCRE2 spells them. */
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "schema/pattern_tree.h"

static const struct {
	const char *name, *long_name, *other;
} categories[] = {
	{ "C", "Other", NULL }, { "Cc", "Control", "cntrl" }, { "Cf", "Format", NULL }, { "Cn", "Unassigned", NULL },
	{ "Co", "Private_Use", NULL }, { "Cs", "Surrogate", NULL }, { "L", "Letter", NULL }, { "LC", "Cased_Letter", NULL },
	{ "Ll", "Lowercase_Letter", NULL }, { "Lm", "Modifier_Letter", NULL }, { "Lo", "Other_Letter", NULL },
	{ "Lt", "Titlecase_Letter", NULL }, { "Lu", "Uppercase_Letter", NULL }, { "M", "Mark", "Combining_Mark" },
	{ "Mc", "Spacing_Mark", NULL }, { "Me", "Enclosing_Mark", NULL }, { "Mn", "Nonspacing_Mark", NULL },
	{ "N", "Number", NULL }, { "Nd", "Decimal_Number", "digit" }, { "Nl", "Letter_Number", NULL },
	{ "No", "Other_Number", NULL },
	{ "P", "Punctuation", "punct" }, { "Pc", "Connector_Punctuation", NULL }, { "Pd", "Dash_Punctuation", NULL },
	{ "Pe", "Close_Punctuation", NULL }, { "Pf", "Final_Punctuation", NULL }, { "Pi", "Initial_Punctuation", NULL },
	{ "Po", "Other_Punctuation", NULL }, { "Ps", "Open_Punctuation", NULL }, { "S", "Symbol", NULL },
	{ "Sc", "Currency_Symbol", NULL }, { "Sk", "Modifier_Symbol", NULL }, { "Sm", "Math_Symbol", NULL },
	{ "So", "Other_Symbol", NULL }, { "Z", "Separator", NULL }, { "Zl", "Line_Separator", NULL },
	{ "Zp", "Paragraph_Separator", NULL }, { "Zs", "Space_Separator", NULL },
};

static const char *const binaries[] = {
	"ASCII", "ASCII_Hex_Digit", "AHex", "Alphabetic", "Alpha", "Any", "Bidi_Control", "Bidi_C", "Bidi_Mirrored", "Bidi_M",
	"Case_Ignorable", "CI", "Cased", "Changes_When_Casefolded", "CWCF", "Changes_When_Casemapped", "CWCM",
	"Changes_When_Lowercased", "CWL", "Changes_When_Titlecased", "CWT", "Changes_When_Uppercased", "CWU", "Dash",
	"Default_Ignorable_Code_Point", "DI", "Deprecated", "Dep", "Diacritic", "Dia", "Emoji", "Emoji_Component", "EComp",
	"Emoji_Modifier", "EMod", "Emoji_Modifier_Base", "EBase", "Emoji_Presentation", "EPres", "Extended_Pictographic", "ExtPict",
	"Extender", "Ext", "Grapheme_Base", "Gr_Base", "Grapheme_Extend", "Gr_Ext", "Hex_Digit", "Hex", "IDS_Binary_Operator",
	"IDSB", "IDS_Trinary_Operator", "IDST", "ID_Continue", "IDC", "ID_Start", "IDS", "Ideographic", "Ideo", "Join_Control",
	"Join_C", "Logical_Order_Exception", "LOE", "Lowercase", "Lower", "Math", "Noncharacter_Code_Point", "NChar",
	"Pattern_Syntax", "Pat_Syn", "Pattern_White_Space", "Pat_WS", "Quotation_Mark", "QMark", "Radical", "Regional_Indicator",
	"RI", "Sentence_Terminal", "STerm", "Soft_Dotted", "SD", "Terminal_Punctuation", "Term", "Unified_Ideograph", "UIdeo",
	"Uppercase", "Upper", "Variation_Selector", "VS", "White_Space", "space", "XID_Continue", "XIDC", "XID_Start", "XIDS",
};

static const char *
category(const char *name)
{
	for (unsigned i = 0; i < G_N_ELEMENTS(categories); i++)
		if (strcmp(categories[i].name, name) == 0 || strcmp(categories[i].long_name, name) == 0 ||
		    g_strcmp0(categories[i].other, name) == 0)
			return categories[i].name;
	return NULL;
}

/* PCRE2 knows the scripts, under any spelling; ECMA-262 wants the one of Unicode: Old_Italic. */
static char *
script(const char *kind, const char *name)
{
	bool begins = true;
	for (const char *at = name; *at; at++) {
		if (begins ? !g_ascii_isupper(*at) : !g_ascii_isalpha(*at) && *at != '_')
			return NULL;
		begins = *at == '_';
	}
	g_autofree char *property = g_strdup_printf("%s:%s", kind, name), *pattern = g_strdup_printf("\\p{%s}", property);
	int number;
	size_t offset;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, PCRE2_UTF, &number, &offset, NULL);
	pcre2_code_free(code);
	return code ? g_steal_pointer(&property) : NULL;
}

char *
pattern_property(const char *text, size_t length)
{
	g_autofree char *name = g_strndup(text, length);
	char *value = strchr(name, '=');
	if (value) {
		*value++ = '\0';
		if (strcmp(name, "General_Category") == 0 || strcmp(name, "gc") == 0)
			return g_strdup(category(value));
		bool extended = strcmp(name, "Script_Extensions") == 0 || strcmp(name, "scx") == 0;
		if (!extended && strcmp(name, "Script") != 0 && strcmp(name, "sc") != 0)
			return NULL;
		return script(extended ? "scx" : "sc", value);
	}
	if (category(name))
		return g_strdup(category(name));
	if (strcmp(name, "Assigned") == 0)
		return g_strdup("^Cn");
	for (unsigned i = 0; i < G_N_ELEMENTS(binaries); i++)
		if (strcmp(binaries[i], name) == 0)
			return g_strdup(name);
	return NULL;
}
