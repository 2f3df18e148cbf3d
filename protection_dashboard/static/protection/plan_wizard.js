/* Shows the form of a plan in steps; without a script it is one long form. */
(function () {
  'use strict';

  var DELAY = 400;
  var OURS = /\/protection_/;
  /* Steps whose content depends on the whole form: fetched when shown. */
  var FETCHED_STEPS = ['retention', 'review'];

  /* A handler that acts when no event has come for a moment. */
  function delayed(action) {
    var waiting;
    return function () {
      clearTimeout(waiting);
      waiting = setTimeout(action, DELAY);
    };
  }

  /* Posts the form, or a part of its fields; the last answer wins. */
  function ask(form, part, fields) {
    var box = form.find('[data-wizard-fragment=' + part + ']');
    var request = (box.data('request') || 0) + 1;
    box.data('request', request).attr('aria-busy', 'true');
    $.ajax({
      type: 'POST',
      url: form.attr('action'),
      data: fields.serialize() + '&' + $.param({ part: part }),
      dataType: 'html'
    }).done(function (html) {
      if (box.data('request') === request) {
        var found = $($.parseHTML('<div>' + html + '</div>'));
        var inner = found.find('[data-wizard-fragment=' + part + ']');
        box.html((inner.length ? inner : found).html());
        form.trigger('wizard-' + part);
      }
    }).fail(function (answer) {
      if (box.data('request') === request) {
        box.text(answer.status === 401 ?
          gettext('Your session has ended: log in (your input is kept).') :
          gettext('This could not be loaded: try again.'));
      }
    }).always(function () {
      box.removeAttr('aria-busy');
    });
  }

  /* Sends ticked keys in one field: servers limit the number of fields. */
  function boxes(form) {
    var all = form.find('input[name=resources]').removeAttr('name');
    var field = $('<input type="hidden" name="resources">').appendTo(form);
    form.on('change', '[data-wizard-row] input', collect);
    function collect() {
      var ticked = all.filter(':checked');
      field.val(ticked.map(function () { return this.value; })
        .get().join('\n'));
    }
    collect();
    return { all: all, collect: collect };
  }

  function stepOfAddress() {
    // Angular puts '#!' before it
    return window.location.hash.split('#step-')[1];
  }

  /* Each step that a person goes to is an entry of the browser's history. */
  function steps(form, opened) {
    var parts = form.find('[data-wizard-step]');
    var names = parts.map(function () {
      return $(this).data('wizard-step');
    }).get();
    var now = 0;

    function show(index, focus, entry) {
      now = index;
      parts.addClass('hidden').eq(index).removeClass('hidden');
      form.find('nav li').removeClass('active')
        .children('a').removeAttr('aria-current');
      form.find('nav li').eq(index).addClass('active')
        .children('a').attr('aria-current', 'step');
      form.find('[data-wizard-back]').toggleClass('hidden', index === 0);
      var last = index === names.length - 1;
      form.find('[data-wizard-next]').toggleClass('hidden', last);
      form.find('[data-wizard-finish]').toggleClass('hidden', !last);
      if (entry) {
        // as Angular would write it, which else adds an entry of its own
        window.history[entry](null, '', '#!#step-' + names[index]);
      }
      form.trigger('wizard-step');
      // Horizon's handler depends on which fields are visible
      parts.eq(index).find('select.switchable').trigger(
        $.Event('change', { inStep: true }));
      if (FETCHED_STEPS.indexOf(names[index]) >= 0) {
        ask(form, names[index], form.find(':input'));
      }
      if (focus) {
        window.scrollTo(0, 0);
        parts.eq(index).find('h2').trigger('focus');
      }
    }

    function go(index) {
      show(index, true, index === now ? '' : 'pushState');
    }

    /* The focus on a field of the step that is shown, if it is there. */
    function focusOn(fields) {
      fields.filter(':visible').first().trigger('focus');
    }

    form.on('click', '[data-wizard-to]', function (event) {
      var field = $(this).data('wizard-field');
      event.preventDefault();
      go(names.indexOf($(this).data('wizard-to')));
      focusOn(form.find(':input').filter(function () {
        return field && this.name === field;
      }));
    });
    form.find('[data-wizard-back]').on('click', function () { go(now - 1); });
    form.find('[data-wizard-next]').on('click', function () { go(now + 1); });
    $(window).off('popstate.wizard').on('popstate.wizard', function () {
      var index = names.indexOf(stepOfAddress());
      if (index >= 0 && index !== now) {
        show(index, true, '');
      }
    });
    form.on('keydown', 'input', function (event) {
      var presses = $(this).is(':submit, :button');
      if (event.key === 'Enter' && !presses) {
        event.preventDefault();
        if (now < names.length - 1 && this.type !== 'search') {
          go(now + 1);
        }
      }
    });
    var bad = parts.filter('[data-wizard-bad]').first();
    var wanted = names.indexOf(opened || stepOfAddress());
    show(bad.length ? parts.index(bad) : Math.max(wanted, 0), bad.length > 0,
      'replaceState');
    focusOn(bad.find('.has-error :input'));
  }

  /* Drafts: what was typed, kept in this tab until it is saved. */
  var DRAFT = 'protection.draft:';
  /* Neither secrets, such as the address of a webhook, nor what is signed. */
  var NOT_KEPT = ['csrfmiddlewaretoken', 'opened', 'notify_url'];

  function draftKey(form) {
    // with the query, which names resources to tick
    return DRAFT + form.attr('data-wizard-draft') + window.location.search;
  }

  function readDraft(key) {
    try {
      return JSON.parse(window.sessionStorage.getItem(key));
    } catch (error) {
      return null;
    }
  }

  /* Whether the browser keeps it. */
  function writeDraft(key, draft) {
    try {
      window.sessionStorage.setItem(key, JSON.stringify(draft));
      return true;
    } catch (error) {
      return false;
    }
  }

  function removeDrafts(test) {
    try {
      Object.keys(window.sessionStorage).filter(function (key) {
        return key.indexOf(DRAFT) === 0 && test(key);
      }).forEach(function (key) { window.sessionStorage.removeItem(key); });
    } catch (error) {
      // no storage, no drafts
    }
  }

  /* What is kept of the fields, as a form sends it. */
  function typed(form) {
    return $.param(form.serializeArray().filter(function (field) {
      return NOT_KEPT.indexOf(field.name) < 0;
    }));
  }

  /* Keeps the draft while a person types; warns where it cannot be kept. */
  function keep(form, untouched) {
    var key = draftKey(form);
    var isSent = false;
    var isSaved = false;
    var isOver = false;
    var isLost = false;

    function save() {
      var fields = typed(form);
      if (isOver || isSaved || (fields === untouched && !readDraft(key))) {
        return;
      }
      var isKept = writeDraft(key, {
        fields: fields,
        step: stepOfAddress(),
        at: new Date().toISOString(),
        base: form.attr('data-wizard-base'),
        sent: isSent
      });
      isLost = !isKept && fields !== untouched;
      form.attr('data-wizard-kept', isKept ? '' : null);
    }

    function discard() {
      isOver = true;
      isLost = false;
      removeDrafts(function (other) { return other === key; });
    }

    var later = delayed(save);
    form.on('input change', function (event) {
      isSaved = isSaved && Boolean(event.inStep);
      later();
    });
    form.on('wizard-step', save);
    form.on('submit', function () {
      isSent = true;
      save();
      isLost = false;
    });
    form.find('[data-wizard-cancel]').on('click', discard);
    form.on('click', '[data-wizard-over]', function () {
      discard();
      window.history.replaceState(null, '', '#');
      window.location.reload();
    });
    $(window).off('.draft').on('pagehide.draft', save)
      .on('pageshow.draft', function (event) {
        // the way back from where it was saved
        isSaved = event.originalEvent.persisted && !readDraft(key);
        isSent = false;
        save();
      })
      .on('beforeunload.draft', function (event) {
        if (isLost) {
          event.preventDefault();
        }
      });
    save();
  }

  /* Says that a draft was restored, with a button that discards it. */
  function tellRestored(form, draft) {
    var isOld = draft.base !== form.attr('data-wizard-base');
    var texts = [interpolate(
      gettext('What you filled in until %s was restored.'),
      [new Date(draft.at).toLocaleTimeString()])];
    if (isOld) {
      texts.push(gettext('Somebody has changed this plan since then: what ' +
        'you save replaces that. Look at each step first.'));
    }
    if (/(^|&)notify_webhook=address(&|$)/.test(draft.fields)) {
      texts.push(gettext('The address of a webhook is not kept: type it ' +
        'again.'));
    }
    $('<div role="status">')
      .addClass('alert protection-draft alert-' + (isOld ? 'warning' : 'info'))
      .text(texts.join(' ') + ' ')
      .append($('<button type="button" class="btn btn-default btn-sm">')
        .attr('data-wizard-over', '').text(gettext('Start Over')))
      .prependTo(form);
  }

  /* Fetches the form with what the draft holds, in place of this one. */
  function restore(form, draft) {
    var signed = form.find('[name=csrfmiddlewaretoken], [name=opened]');
    form.attr('data-wizard-kept', '').attr('aria-busy', 'true');
    $.ajax({
      type: 'POST',
      url: form.attr('action'),
      data: draft.fields + '&' + signed.serialize() + '&part=draft',
      dataType: 'html'
    }).done(function (html) {
      var filled = $($.parseHTML('<div>' + html + '</div>'))
        .find('#plan_wizard');
      form.replaceWith(filled);
      horizon.modals.initModal(filled);
      tellRestored(filled, draft);
      run(filled, draft);
    }).fail(function () {
      form.removeAttr('aria-busy');
      run(form, null);
    });
  }

  /* The tree: search, only one type, only what is ticked. */
  function search(form, ticks) {
    var rows = form.find('[data-wizard-row]');
    var texts = rows.map(function () {
      var box = $(this).find('input');
      return ($(this).text() + ' ' + box.val()).toLowerCase();
    }).get();
    var wanted = form.find('#wizard-search');
    var type = form.find('#wizard-type');
    var ticked = form.find('#wizard-ticked');
    form.find('[data-wizard-find], [data-wizard-all]').removeClass('hidden');

    function filter() {
      var text = wanted.val().toLowerCase().trim();
      var shown = 0;
      rows.each(function (index) {
        var hit = texts[index].indexOf(text) >= 0 &&
          (!ticked.prop('checked') || ticks.all[index].checked);
        shown += hit ? 1 : 0;
        this.classList.toggle('hidden', !hit);
      });
      form.find('[data-wizard-branch]').each(function () {
        var other = type.val() && type.val() !== this.dataset.wizardBranch;
        this.classList.toggle('hidden', Boolean(other));
      });
      say(shown);
    }

    function say(shown) {
      var text = gettext('%(shown)s of %(all)s shown, %(ticked)s ticked');
      form.find('[data-wizard-counted]').text(interpolate(text, {
        shown: shown,
        all: rows.length,
        ticked: ticks.all.filter(':checked').length
      }, true));
    }

    form.find('[data-wizard-find]').on('input change', filter);
    form.on('change', '[data-wizard-row] input', filter);
    form.on('click', '[data-wizard-all]', function () {
      var branch = $(this).closest('[data-wizard-branch]');
      branch.find('[data-wizard-row]:not(.hidden) input')
        .prop('checked', true);
      ticks.collect();
      filter();
      form.trigger('wizard-used');
    });
    filter();
  }

  /* Adds and removes rows of rules, and shows what they select. */
  function rules(form) {
    var body = form.find('[data-wizard-rules]');
    var prefix = body.data('wizard-rules');
    var total = form.find('[name=' + prefix + '-TOTAL_FORMS]');
    var part = form.find('[data-wizard-part=matches]');
    var later = delayed(function () {
      ask(form, 'matches', part.find(':input')
        .add(form.find('[name=opened], [name=csrfmiddlewaretoken]'))
        .add(form.find('[name^=' + prefix + '-]')));
    });

    form.find('[data-wizard-add]').removeClass('hidden')
      .on('click', function () {
        var blank = form.find('[data-wizard-blank]').html();
        var row = $(blank.replace(/__prefix__/g, total.val()));
        total.val(Number(total.val()) + 1);
        body.append(row);
        row.find('select').first().trigger('focus');
      });
    body.on('change', '[name$=-DELETE]', function () {
      $(this).closest('tr').toggleClass('hidden', this.checked);
    });
    part.on('input change', function () {
      later();
      form.trigger('wizard-used');
    });
  }

  /* Previews the retention while its numbers are typed. */
  function retention(form) {
    form.find('[data-wizard-step=retention]').on('input change',
      delayed(function () {
        ask(form, 'retention', form.find(':input'));
      }));
  }

  /* Shows the options of the types that are picked or selected by a rule. */
  function options(form, ticks) {
    function used() {
      var types = {};
      ticks.all.filter(':checked').not('[data-own]').each(function () {
        types[$(this).data('type')] = true;
      });
      form.find('[data-wizard-rule]').not('.hidden').each(function () {
        var row = $(this);
        if (row.find('[name$=-mode]').val() === 'include') {
          types[row.find('[name$=-type]').val()] = true;
        }
      });
      var blocks = form.find('[data-wizard-type]');
      blocks.each(function () {
        $(this).toggleClass('hidden', !types[$(this).data('wizard-type')]);
      });
      form.find('[data-wizard-none]').toggleClass(
        'hidden', blocks.not('.hidden').length > 0);
    }

    form.on('change', '[data-wizard-row] input', used);
    form.on('wizard-used', used);
    used();
  }

  /* Prevents sending the form twice. */
  function once(form) {
    form.on('submit', function (event) {
      if (form.data('sent')) {
        event.preventDefault();
      }
      form.data('sent', true);
    });
    $(window).on('pageshow', function () { form.data('sent', false); });
  }

  function run(form, draft) {
    var ticks = boxes(form);
    search(form, ticks);
    rules(form);
    retention(form);
    options(form, ticks);
    once(form);
    steps(form, draft && draft.step);
    // what came back refused, or was restored, is kept as it is
    keep(form, draft || form.is('[data-wizard-sent]') ? null : typed(form));
  }

  function start() {
    var form = $('#plan_wizard');
    if (!form.length) {
      // saved, unless this is the login: then it is sent again afterwards
      if (OURS.test(window.location.pathname)) {
        removeDrafts(function (key) { return (readDraft(key) || {}).sent; });
      }
      return;
    }
    var user = DRAFT + form.attr('data-wizard-draft').split(':')[0] + ':';
    removeDrafts(function (key) { return key.indexOf(user) !== 0; });
    var draft = readDraft(draftKey(form));
    if (draft && !form.is('[data-wizard-sent]')) {
      restore(form, draft);
    } else {
      run(form, null);
    }
  }

  horizon.addInitFunction(start);
}());
