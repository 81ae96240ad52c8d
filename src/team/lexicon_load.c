#include "team/lexicon_load.h"

#include <string.h>

#include "base/error.h"

#define FOLDER "lexicon"
#define WORDS_PREFIX "domain-words."

static const char *const class_names[] = {
#define XX(code, name) name,
	WORD_CLASSES(XX)
#undef XX
	NULL
};
static const char *const tier_names[] = {
#define XX(code, name) name,
	THING_TIERS(XX)
#undef XX
	NULL
};

/* Classes whose English words are verbs: their other forms are made here. */
static const uint64_t verb_classes = 1ULL << WORD_CREATE | 1ULL << WORD_MANAGE | 1ULL << WORD_KEEP | 1ULL << WORD_VERB | 1ULL << WORD_PLAIN |
                                     1ULL << WORD_SIFT;

struct loading {
	struct lexicon *lexicon;
	struct doc *doc;
	struct tongue *tongue;
	GError **error;
};

static bool
refuse(struct loading *loading, const struct value *at, const char *what)
{
	g_autofree char *where = doc_where(loading->doc, at);
	return error_set(loading->error, ERR_CONFIG, "correct the word list", "%s: %s", where, what);
}

static void
free_thing(void *data)
{
	struct thing *thing = data;
	g_strfreev(thing->owners);
	g_strfreev(thing->fields);
	g_free(thing);
}

static void
free_rule(void *data)
{
	struct field_rule *rule = data;
	g_strfreev(rule->choices);
	g_free(rule);
}

static struct tongue *
add_tongue(struct lexicon *lexicon, const char *code)
{
	struct tongue *tongue = g_new0(struct tongue, 1);
	tongue->code = code;
	tongue->lexemes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	g_ptr_array_add(lexicon->tongues, tongue);
	return tongue;
}

static const char *
snake_name(struct lexicon *lexicon, const char *text)
{
	g_autofree char *name = g_strdelimit(g_strdup(text), " -", '_');
	return g_string_chunk_insert_const(lexicon->texts, name);
}

static struct lexeme *
lexeme_at(struct tongue *tongue, struct lexicon *lexicon, const char *key)
{
	struct lexeme *lexeme = g_hash_table_lookup(tongue->lexemes, key);
	if (!lexeme) {
		lexeme = g_new0(struct lexeme, 1);
		g_hash_table_insert(tongue->lexemes, g_string_chunk_insert_const(lexicon->texts, key), lexeme);
	}
	return lexeme;
}

/* The entry of a phrase; its first word learns how far phrases reach. */
static struct lexeme *
add_lexeme(struct tongue *tongue, struct lexicon *lexicon, const char *phrase)
{
	g_autofree char *key = g_strdelimit(g_utf8_strdown(phrase, -1), "-_", ' ');
	const char *space = strchr(key, ' ');
	if (space) {
		unsigned words = 2;
		for (const char *c = space + 1; *c; c++)
			words += *c == ' ';
		g_autofree char *first = g_strndup(key, (size_t)(space - key));
		struct lexeme *lexeme = lexeme_at(tongue, lexicon, first);
		lexeme->reach = (uint8_t)MAX(lexeme->reach, words);
	}
	return lexeme_at(tongue, lexicon, key);
}

static char **
texts_of(struct lexicon *lexicon, const struct value *array)
{
	if (!value_count(array))
		return NULL;
	g_autoptr(GPtrArray) texts = g_ptr_array_new();
	VALUE_EACH (item, array)
		if (item->kind == VALUE_STRING)
			g_ptr_array_add(texts, g_strdup(snake_name(lexicon, item->text)));
	g_ptr_array_add(texts, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&texts), FALSE);
}

static bool
load_class(struct loading *loading, enum word_class class, const struct value *words, const char *name)
{
	VALUE_EACH (word, words) {
		if (word->kind != VALUE_STRING)
			return refuse(loading, word, "a word has to be a text; put it in quotation marks");
		struct lexeme *lexeme = add_lexeme(loading->tongue, loading->lexicon, word->text);
		lexeme->classes |= 1ULL << class;
		lexeme->name = name ? name : lexeme->name;
	}
	return true;
}

static bool
load_classes(struct loading *loading, const struct value *classes)
{
	VALUE_EACH_MEMBER (key, words, classes) {
		int class = record_name_index(class_names, key->text);
		if (class < 0)
			return refuse(loading, key, "there is no such class of words");
		if (!load_class(loading, (enum word_class)class, words, NULL))
			return false;
	}
	return true;
}

/* Names with their spellings: a class, in it name -> list of other spellings. */
static bool
load_names(struct loading *loading, const struct value *classes)
{
	VALUE_EACH_MEMBER (key, names, classes) {
		int class = record_name_index(class_names, key->text);
		if (class < 0)
			return refuse(loading, key, "there is no such class of words");
		VALUE_EACH_MEMBER (name, others, names) {
			struct lexeme *lexeme = add_lexeme(loading->tongue, loading->lexicon, name->text);
			lexeme->classes |= 1ULL << class;
			lexeme->name = snake_name(loading->lexicon, name->text);
			if (!load_class(loading, (enum word_class)class, others, lexeme->name))
				return false;
		}
	}
	return true;
}

static void
spell_thing(struct lexicon *lexicon, struct tongue *tongue, const struct thing *thing)
{
	g_autofree char *singular = g_strdelimit(g_strdup(thing->name), "_", ' ');
	g_autofree char *plural = g_strdelimit(g_strdup(thing->plural), "_", ' ');
	struct lexeme *one = add_lexeme(tongue, lexicon, singular);
	one->thing = thing;
	if (g_str_equal(singular, plural))
		return;
	struct lexeme *many = add_lexeme(tongue, lexicon, plural);
	many->thing = thing;
	many->plural = true;
	many->classes |= one->classes & (1ULL << WORD_PERSON | 1ULL << WORD_GENERIC);
}

static struct thing *
add_thing(struct lexicon *lexicon, const char *name, enum thing_tier tier)
{
	const char *snake = snake_name(lexicon, name);
	struct thing *thing = g_hash_table_lookup(lexicon->things, snake);
	if (!thing) {
		thing = g_new0(struct thing, 1);
		thing->name = snake;
		g_autofree char *plural = lexicon_plural(lexicon, snake);
		thing->plural = snake_name(lexicon, plural);
		g_hash_table_insert(lexicon->things, (char *)snake, thing);
	}
	thing->tier = tier;
	return thing;
}

static bool
load_tier(struct loading *loading, enum thing_tier tier, const struct value *words)
{
	struct lexicon *lexicon = loading->lexicon;
	VALUE_EACH (word, words) {
		if (word->kind == VALUE_ARRAY) {
			VALUE_EACH (inner, word)
				if (inner->kind == VALUE_STRING)
					spell_thing(lexicon, lexicon->english, add_thing(lexicon, inner->text, tier));
				else
					return refuse(loading, inner, "a noun has to be a text; put it in quotation marks");
		} else {
			return refuse(loading, word, "nouns stand in lists of lists");
		}
	}
	return true;
}

static bool
load_tiers(struct loading *loading, const struct value *tiers)
{
	VALUE_EACH_MEMBER (key, words, tiers) {
		int tier = record_name_index(tier_names, key->text);
		if (tier < 0)
			return refuse(loading, key, "there is no such tier of nouns");
		if (!load_tier(loading, (enum thing_tier)tier, words))
			return false;
	}
	return true;
}

static bool
load_things(struct loading *loading, const struct value *things)
{
	VALUE_EACH_MEMBER (name, details, things) {
		struct thing *thing = g_hash_table_lookup(loading->lexicon->things, snake_name(loading->lexicon, name->text));
		if (!thing)
			return refuse(loading, name, "the noun stands in no tier");
		g_strfreev(thing->owners);
		g_strfreev(thing->fields);
		thing->owners = texts_of(loading->lexicon, value_member(details, "owners"));
		thing->fields = texts_of(loading->lexicon, value_member(details, "fields"));
		thing->choices = value_member(details, "choices");
	}
	return true;
}

static bool
load_entities(struct loading *loading, const struct value *root)
{
	loading->tongue = loading->lexicon->english;
	loading->lexicon->entities = root;
	static const char *const lists[] = { "products", "actions" };
	for (unsigned i = 0; i < G_N_ELEMENTS(lists); i++)
		VALUE_EACH_MEMBER (phrase, names, value_member(root, lists[i])) {
			if (names->kind != VALUE_ARRAY)
				return refuse(loading, names, "a list of nouns is expected");
			add_lexeme(loading->tongue, loading->lexicon, phrase->text)->classes |= 1ULL << WORD_IMPLIES;
		}
	if (!load_tiers(loading, value_member(root, "tiers")) || !load_things(loading, value_member(root, "things")))
		return false;
	VALUE_EACH_MEMBER (phrase, names, value_member(root, "products")) {
		struct lexeme *lexeme = add_lexeme(loading->tongue, loading->lexicon, phrase->text);
		lexeme->classes |= lexeme->thing ? 0 : 1ULL << WORD_PRODUCT;
	}
	return true;
}

static bool
load_fields(struct loading *loading, const struct value *root)
{
	struct lexicon *lexicon = loading->lexicon;
	loading->tongue = lexicon->english;
	VALUE_EACH_MEMBER (name, details, value_member(root, "fields")) {
		struct field_rule *rule = g_new0(struct field_rule, 1);
		rule->name = snake_name(lexicon, name->text);
		const char *type = value_member_text(details, "type");
		rule->type = type ? type : "string";
		rule->format = value_member_text(details, "format");
		rule->choices = texts_of(lexicon, value_member(details, "choices"));
		rule->hidden = strchr(name->text, '*') || value_truth(value_member(details, "hidden"));
		rule->whole = value_truth(value_member(details, "whole"));
		rule->required = value_truth(value_member(details, "required"));
		g_hash_table_insert(lexicon->fields, (char *)rule->name, rule);
		if (rule->hidden)
			continue;
		g_autofree char *plural = lexicon_plural(lexicon, name->text);
		struct lexeme *one = add_lexeme(lexicon->english, lexicon, name->text);
		one->classes |= 1ULL << WORD_FIELD;
		struct lexeme *many = add_lexeme(lexicon->english, lexicon, plural);
		many->classes |= 1ULL << WORD_FIELD;
		many->plural |= many != one;
	}
	return g_hash_table_lookup(lexicon->fields, "*") || refuse(loading, root, "there is no rule '*' for other fields");
}

static bool
load_weights(struct loading *loading, const struct value *root)
{
	loading->lexicon->weights = root;
	return value_member(root, "features") || refuse(loading, root, "the member 'features' is missing");
}

/* "creates", "creating", "created": marked as inflected, since only the base form begins a demand. */
static void
spell_verb(struct lexicon *lexicon, const char *verb, uint64_t classes)
{
	size_t length = strlen(verb);
	char last = verb[length - 1], before = verb[length - 2];
	bool vowel = strchr("aeiou", before) != NULL;
	bool doubled = length <= 4 && vowel && !strchr("aeiouwxy", last) && !strchr("aeiou", verb[length - 3]);
	bool consonant_y = last == 'y' && !vowel;
	const char *hiss = last == 's' || last == 'x' || last == 'z' || g_str_has_suffix(verb, "sh") || g_str_has_suffix(verb, "ch") ? "e" : "";
	int stem = (int)length - (last == 'e');
	g_autofree char *s = consonant_y ? g_strdup_printf("%.*s%s", (int)length - 1, verb, "ies") : g_strdup_printf("%s%ss", verb, hiss);
	g_autofree char *ing = g_strdup_printf("%.*s%.*sing", stem, verb, doubled, &last);
	g_autofree char *ed = consonant_y ? g_strdup_printf("%.*sied", (int)length - 1, verb)
	                                  : g_strdup_printf("%.*s%.*sed", stem, verb, doubled, &last);
	const char *const forms[] = { s, ing, ed };
	for (unsigned i = 0; i < G_N_ELEMENTS(forms); i++)
		add_lexeme(lexicon->english, lexicon, forms[i])->classes |= classes | 1ULL << WORD_INFLECTED;
}

static void
spell_verbs(struct lexicon *lexicon)
{
	guint count;
	g_autofree const char **verbs = (const char **)g_hash_table_get_keys_as_array(lexicon->english->lexemes, &count);
	for (unsigned i = 0; i < count; i++) {
		const struct lexeme *lexeme = g_hash_table_lookup(lexicon->english->lexemes, verbs[i]);
		uint64_t classes = lexeme->classes & verb_classes;
		if (classes && !lexeme_is(lexeme, WORD_INFLECTED) && !strchr(verbs[i], ' ') && strlen(verbs[i]) > 2)
			spell_verb(lexicon, verbs[i], classes);
	}
}

static void
load_plurals(struct lexicon *lexicon, const struct value *root)
{
	const struct value *plurals = value_member(root, "plurals");
	lexicon->plural_endings = value_member(plurals, "plural_endings");
	lexicon->singular_endings = value_member(plurals, "singular_endings");
	VALUE_EACH_MEMBER (one, many, value_member(plurals, "irregular")) {
		g_hash_table_insert(lexicon->plurals, (char *)one->text, (char *)many->text);
		g_hash_table_insert(lexicon->singulars, (char *)many->text, (char *)one->text);
		g_hash_table_insert(lexicon->singulars, (char *)one->text, (char *)one->text);
	}
	VALUE_EACH (word, value_member(plurals, "invariable")) {
		g_hash_table_insert(lexicon->plurals, (char *)word->text, (char *)word->text);
		g_hash_table_insert(lexicon->singulars, (char *)word->text, (char *)word->text);
	}
}

static bool
load_scripts(struct loading *loading, const struct value *root)
{
	static const struct {
		const char *name;
		GUnicodeScript script;
	} scripts[] = {
		{ "han", G_UNICODE_SCRIPT_HAN }, { "hiragana", G_UNICODE_SCRIPT_HIRAGANA }, { "katakana", G_UNICODE_SCRIPT_KATAKANA },
		{ "hangul", G_UNICODE_SCRIPT_HANGUL }, { "arabic", G_UNICODE_SCRIPT_ARABIC }, { "hebrew", G_UNICODE_SCRIPT_HEBREW },
		{ "thai", G_UNICODE_SCRIPT_THAI }, { "devanagari", G_UNICODE_SCRIPT_DEVANAGARI }, { "greek", G_UNICODE_SCRIPT_GREEK },
	};
	unsigned count = 0;
	VALUE_EACH (name, value_member(root, "scripts")) {
		for (unsigned i = 0; i < G_N_ELEMENTS(scripts) && count < TONGUE_SCRIPTS; i++)
			if (name->kind == VALUE_STRING && g_str_equal(name->text, scripts[i].name))
				loading->tongue->scripts[count++] = scripts[i].script;
	}
	return count == value_count(value_member(root, "scripts")) || refuse(loading, root, "a script is not known");
}

static bool
load_words(struct loading *loading, const struct value *root)
{
	struct lexicon *lexicon = loading->lexicon;
	const char *code = value_member_text(root, "tongue");
	if (!code || lexicon->tongues->len == TONGUES_MAX)
		return refuse(loading, root, code ? "there are too many languages" : "the member 'tongue' is missing");
	struct tongue *tongue = loading->tongue = add_tongue(lexicon, code);
	int64_t endings;
	tongue->endings = value_int64(value_member(root, "endings"), &endings) && endings > 0 ? (unsigned)MIN(endings, 8) : 0;
	int64_t stem;
	tongue->stem = value_int64(value_member(root, "stem"), &stem) && stem > 0 ? (unsigned)MIN(stem, 16) : 4;
	tongue->compounds = value_truth(value_member(root, "compounds"));
	tongue->dense = value_truth(value_member(root, "dense"));
	if (tongue_is_english(tongue)) {
		lexicon->english = tongue;
		load_plurals(lexicon, root);
	}
	if (g_str_equal(code, "common"))
		lexicon->common = tongue;
	return load_scripts(loading, root) && load_classes(loading, value_member(root, "classes")) &&
	       load_names(loading, value_member(root, "names"));
}

/* Foreign nouns stand for an English field or thing. */
static bool
load_nouns(struct loading *loading, const struct value *root)
{
	struct lexicon *lexicon = loading->lexicon;
	const char *code = value_member_text(root, "tongue");
	for (unsigned i = 0; i < lexicon->tongues->len; i++) {
		loading->tongue = lexicon->tongues->pdata[i];
		if (g_str_equal(loading->tongue->code, code))
			break;
	}
	VALUE_EACH_MEMBER (english, words, value_member(root, "nouns")) {
		const char *name = snake_name(lexicon, english->text);
		const struct thing *thing = g_hash_table_lookup(lexicon->things, name);
		const struct field_rule *rule = g_hash_table_lookup(lexicon->fields, name);
		if (!thing && !rule)
			return refuse(loading, english, "the noun is neither a field nor in a tier");
		VALUE_EACH (word, words) {
			if (word->kind != VALUE_STRING)
				return refuse(loading, word, "a noun has to be a text; put it in quotation marks");
			struct lexeme *lexeme = add_lexeme(loading->tongue, lexicon, word->text);
			lexeme->thing = thing;
			lexeme->name = name;
			lexeme->classes |= (uint64_t)(rule && !rule->hidden) << WORD_FIELD;
		}
	}
	return true;
}

/* An inflected form that stands in a class is still the noun that its stem is. */
static void
join_stems(struct tongue *tongue)
{
	GHashTableIter iterator;
	gpointer key, value;
	g_hash_table_iter_init(&iterator, tongue->lexemes);
	while (g_hash_table_iter_next(&iterator, &key, &value)) {
		struct lexeme *lexeme = value;
		const struct lexeme *stem = lexeme->thing || !lexeme->classes ? NULL : tongue_find_stem(tongue, key);
		if (!stem || !stem->thing)
			continue;
		lexeme->thing = stem->thing;
		lexeme->name = stem->name;
	}
}

static bool
load_file(struct loading *loading, struct catalogue *catalogue, const char *file, bool (*load)(struct loading *, const struct value *))
{
	g_autofree char *path = g_strconcat(FOLDER "/", file, NULL), *origin = NULL;
	g_autofree char *text = catalogue_text(catalogue, path, &origin, loading->error);
	if (!text)
		return false;
	g_autofree char *name = g_str_equal(origin, "built-in") ? g_strdup(path) : g_strdup(origin);
	GError *cause = NULL;
	loading->doc = doc_read_yaml(name, text, strlen(text), NULL, &cause);
	if (!loading->doc) {
		g_autofree char *what = error_text(cause);
		g_error_free(cause);
		return error_set(loading->error, ERR_CONFIG, "correct the word list", "cannot read %s: %s", path, what);
	}
	g_ptr_array_add(loading->lexicon->docs, loading->doc);
	return load(loading, doc_root(loading->doc));
}

static bool
load_all(struct loading *loading, struct catalogue *catalogue)
{
	struct lexicon *lexicon = loading->lexicon;
	g_auto(GStrv) files = catalogue_list(catalogue, FOLDER);
	for (char **file = files; *file; file++)
		if (g_str_has_prefix(*file, WORDS_PREFIX) && !load_file(loading, catalogue, *file, load_words))
			return false;
	if (!lexicon->english || !lexicon->common)
		return error_set(loading->error, ERR_CONFIG, "restore the built-in word lists", "the English or the common word list is missing");
	if (!load_file(loading, catalogue, "domain-entities.yaml", load_entities) ||
	    !load_file(loading, catalogue, "domain-fields.yaml", load_fields) ||
	    !load_file(loading, catalogue, "domain-weights.yaml", load_weights))
		return false;
	for (unsigned i = 0; i < lexicon->docs->len; i++) {
		loading->doc = lexicon->docs->pdata[i];
		if (value_member(doc_root(loading->doc), "nouns") && !load_nouns(loading, doc_root(loading->doc)))
			return false;
	}
	for (unsigned i = 0; i < lexicon->tongues->len; i++)
		join_stems(lexicon->tongues->pdata[i]);
	spell_verbs(lexicon);
	return true;
}

struct lexicon *
lexicon_load(struct catalogue *catalogue, GError **error)
{
	g_autoptr(Lexicon) lexicon = g_new0(struct lexicon, 1);
	lexicon->docs = g_ptr_array_new_with_free_func((GDestroyNotify)doc_unref);
	lexicon->texts = g_string_chunk_new(16384);
	lexicon->tongues = g_ptr_array_new();
	lexicon->things = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_thing);
	lexicon->fields = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_rule);
	lexicon->plurals = g_hash_table_new(g_str_hash, g_str_equal);
	lexicon->singulars = g_hash_table_new(g_str_hash, g_str_equal);
	struct loading loading = { .lexicon = lexicon, .error = error };
	return load_all(&loading, catalogue) ? g_steal_pointer(&lexicon) : NULL;
}
