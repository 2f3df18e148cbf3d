/* Buttons that copy the text of an element to the clipboard. */
(function () {
  'use strict';

  /* Not navigator.clipboard alone: it is missing where there is no TLS. */
  function copy(element) {
    var range = document.createRange();
    var selection = window.getSelection();
    range.selectNodeContents(element);
    selection.removeAllRanges();
    selection.addRange(range);
    return document.execCommand('copy');
  }

  $(document).on('click', '[data-protection-copy]', function () {
    var button = $(this);
    var element = document.getElementById(button.data('protection-copy'));
    var text = copy(element) ? gettext('Copied.') : gettext('Press Ctrl+C.');
    button.next('[role=status]').text(text);
  });
}());
