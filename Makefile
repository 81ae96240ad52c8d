# make              build/teamwright
# make check        the unit tests, under ASan and UBSan
# make examples     examples/*.c, linked to the shared library
# make documents    docs/reference.md and man/teamwright.1, from the operation table
# Variants have folders of their own: VARIANT=rel|san|tsan|fuzz, CC=gcc|clang, WERROR=1.
# People call ./dev, which installs what is missing and then comes here.

VARIANT ?= rel
CC = gcc
BUILD := build/$(VARIANT)$(if $(filter clang%,$(notdir $(CC))),-clang)
VERSION := $(shell cat VERSION)

PACKAGES := glib-2.0 gio-2.0 yaml-0.1 sqlite3 libmicrohttpd gnutls libpcre2-8
MISSING := $(shell pkg-config --exists $(PACKAGES) libcurl || echo yes)
ifneq ($(MISSING),)
$(error libraries are missing; run: ./dev deps)
endif

OPTIMISE_rel := -O2 -g
OPTIMISE_san := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
OPTIMISE_tsan := -O1 -g -fsanitize=thread
OPTIMISE_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all

WARNINGS := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wimplicit-fallthrough \
	-Wpointer-arith -Wwrite-strings -Wformat=2 $(if $(WERROR),-Werror)
CPPFLAGS += -D_GNU_SOURCE -DVERSION='"$(VERSION)"' -DG_LOG_DOMAIN='"teamwright"' -Isrc -Iinclude
CFLAGS += -std=c11 -fPIC $(OPTIMISE_$(VARIANT)) $(WARNINGS) $(shell pkg-config --cflags $(PACKAGES) libcurl)
LDFLAGS += $(OPTIMISE_$(VARIANT)) -pthread
LDLIBS += $(shell pkg-config --libs $(PACKAGES)) -lm

SOURCES := $(wildcard src/*/*.c)
OBJECTS := $(patsubst src/%.c,$(BUILD)/%.o,$(filter-out src/cli/main.c,$(SOURCES))) $(BUILD)/catalogue.o
CATALOGUE := $(shell find catalogue -type f | LC_ALL=C sort)
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAY := $(patsubst tests/fuzz/%.c,$(BUILD)/replay/%,$(wildcard tests/fuzz/fuzz_*.c))
TOOLS := $(patsubst tests/tools/%.c,$(BUILD)/tools/%,$(wildcard tests/tools/*.c))
EXAMPLES := $(patsubst examples/%.c,$(BUILD)/examples/%,$(wildcard examples/*.c))
BENCH_LIB := $(patsubst bench/lib/%.c,$(BUILD)/bench/lib/%.o,$(wildcard bench/lib/*.c))
BENCH := $(patsubst bench/%.c,$(BUILD)/bench/%,$(wildcard bench/*.c bench/tools/*.c))

# build/teamwright is the release, whatever else is built.
all: $(if $(filter build/rel,$(BUILD)),build/teamwright,$(BUILD)/teamwright)
build/teamwright: build/rel/teamwright .force
	@[ "$$(readlink $@)" = rel/teamwright ] || ln -sf rel/teamwright $@
library: $(BUILD)/libteamwright.so
unit: $(UNIT)
fuzz: $(FUZZ)
replay: $(REPLAY)
tools: $(TOOLS)
bench: $(BENCH)
examples: $(EXAMPLES)
# By a second name first: a program that fails leaves the document as it was.
documents: build/teamwright
	@mkdir -p man
	build/teamwright help reference > $(BUILD)/reference.md && mv $(BUILD)/reference.md docs/reference.md
	build/teamwright help manual > $(BUILD)/manual && mv $(BUILD)/manual man/teamwright.1
check:
	@$(MAKE) --no-print-directory VARIANT=san unit
	@for test in $(patsubst tests/unit/%.c,build/san/unit/%,$(wildcard tests/unit/test_*.c)); do $$test --tap || exit 1; done

$(BUILD)/teamwright: $(BUILD)/cli/main.o $(BUILD)/libteamwright.a
	$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(BUILD)/libteamwright.a: $(OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $(OBJECTS)
$(BUILD)/libteamwright.so: $(OBJECTS) include/teamwright.map
	$(CC) $(LDFLAGS) -shared -Wl,-soname,libteamwright.so.0 -Wl,--version-script=include/teamwright.map -o $@ $(OBJECTS) $(LDLIBS)

$(BUILD)/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/unit/%: tests/unit/%.c $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(BUILD)/libteamwright.a $(LDLIBS)
$(BUILD)/tools/%: tests/tools/%.c $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(BUILD)/libteamwright.a $(LDLIBS)
$(BUILD)/replay/%: tests/fuzz/%.c tests/fuzz/replay.c $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< tests/fuzz/replay.c $(BUILD)/libteamwright.a $(LDLIBS)
$(BUILD)/bench/lib/%.o: bench/lib/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Ibench $(CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/bench/%: bench/%.c $(BENCH_LIB) $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Ibench $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $< $(BENCH_LIB) $(BUILD)/libteamwright.a $(LDLIBS)
$(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/libteamwright.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(subst fuzzer-no-link,fuzzer,$(LDFLAGS)) -o $@ $< $(BUILD)/libteamwright.a $(LDLIBS)

# As a program of somebody else is built: it sees the public header and the shared library, nothing else.
$(BUILD)/examples/%: examples/%.c $(BUILD)/libteamwright.so $(BUILD)/flags
	@mkdir -p $(@D)
	ln -sf libteamwright.so $(BUILD)/libteamwright.so.0
	$(CC) -std=c11 $(WARNINGS) $(OPTIMISE_$(VARIANT)) -Iinclude -o $@ $< -L$(BUILD) -lteamwright -Wl,-rpath,'$$ORIGIN/..'

# The catalogue is built in as a GResource, whose index is made from the folder.
$(BUILD)/catalogue.xml: $(CATALOGUE) $(BUILD)/flags
	@{ echo '<gresources><gresource prefix="/teamwright">'; \
	for file in $(patsubst catalogue/%,%,$(CATALOGUE)); do echo "<file>$$file</file>"; done; \
	echo '</gresource></gresources>'; } > $@
$(BUILD)/catalogue.c: $(BUILD)/catalogue.xml
	glib-compile-resources --sourcedir=catalogue --generate-source --manual-register --c-name=built_in --target=$@ $<
$(BUILD)/catalogue.o: $(BUILD)/catalogue.c
	$(CC) $(filter-out -W%,$(CPPFLAGS) $(CFLAGS)) -c -o $@ $<

# Rebuilds everything when the flags change, the list of sources or of catalogue files too.
$(BUILD)/flags: .force
	@mkdir -p $(BUILD)
	@echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)) $(SOURCES) $(CATALOGUE)' | cmp -s - $@ || \
	echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS)) $(SOURCES) $(CATALOGUE)' > $@

PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
# The catalogue is part of program and library, so that there is nothing else to install.
install: $(BUILD)/teamwright library
	install -D $(BUILD)/teamwright $(DESTDIR)$(PREFIX)/bin/teamwright
	install -D -m 644 $(BUILD)/libteamwright.so $(DESTDIR)$(LIBDIR)/libteamwright.so.0
	ln -sf libteamwright.so.0 $(DESTDIR)$(LIBDIR)/libteamwright.so
	install -D -m 644 include/teamwright.h $(DESTDIR)$(PREFIX)/include/teamwright.h
	install -D -m 644 man/teamwright.1 $(DESTDIR)$(PREFIX)/share/man/man1/teamwright.1
	@mkdir -p $(DESTDIR)$(LIBDIR)/pkgconfig
	printf '%s\n' 'prefix=$(PREFIX)' 'libdir=$(LIBDIR)' 'includedir=$${prefix}/include' '' 'Name: teamwright' \
	'Description: team execution engine' 'Version: $(VERSION)' 'Libs: -L$${libdir} -lteamwright' 'Cflags: -I$${includedir}' \
	> $(DESTDIR)$(LIBDIR)/pkgconfig/teamwright.pc
clean:
	rm -rf build

.PHONY: all library unit fuzz replay tools examples documents bench check install clean .force
-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
