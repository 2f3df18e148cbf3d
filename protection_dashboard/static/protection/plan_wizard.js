/* Shows the form of a plan in steps; without a script it is one long form. */
(function () {
  'use strict';

  var DELAY = 400;
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
    }).fail(function () {
      if (box.data('request') === request) {
        box.text(gettext('This could not be loaded: try again.'));
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

  function steps(form) {
    var parts = form.find('[data-wizard-step]');
    var names = parts.map(function () {
      return $(this).data('wizard-step');
    }).get();
    var now = 0;

    function show(index, focus) {
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
      window.history.replaceState(null, '', '#step-' + names[index]);
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

    form.on('click', '[data-wizard-to]', function (event) {
      event.preventDefault();
      show(names.indexOf($(this).data('wizard-to')), true);
    });
    form.find('[data-wizard-back]').on('click', function () {
      show(now - 1, true);
    });
    form.find('[data-wizard-next]').on('click', function () {
      show(now + 1, true);
    });
    form.on('keydown', 'input', function (event) {
      var presses = $(this).is(':submit, :button');
      if (event.key === 'Enter' && !presses) {
        event.preventDefault();
        if (now < names.length - 1 && this.type !== 'search') {
          show(now + 1, true);
        }
      }
    });
    var bad = parts.filter('[data-wizard-bad]').first();
    // Angular puts '#!' before it
    var linked = names.indexOf(window.location.hash.split('#step-')[1]);
    show(bad.length ? parts.index(bad) : Math.max(linked, 0), bad.length > 0);
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

  function start() {
    var form = $('#plan_wizard');
    if (!form.length) {
      return;
    }
    var ticks = boxes(form);
    search(form, ticks);
    rules(form);
    retention(form);
    options(form, ticks);
    once(form);
    steps(form);
  }

  horizon.addInitFunction(start);
}());
