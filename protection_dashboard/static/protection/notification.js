/* Send Test: what stands in the fields now, and the answer in a new page. */
(function () {
  'use strict';

  /* A form of its own: Horizon lets a form be sent only once. */
  $(document).on('click', '[data-protection-test]', function (event) {
    var form = $('<form method="post" class="hidden">').attr({
      action: $(this).attr('formaction'),
      target: $(this).attr('formtarget')
    });
    event.preventDefault();
    $(this).closest('form').serializeArray().forEach(function (field) {
      $('<input type="hidden">').attr(field).appendTo(form);
    });
    form.appendTo(document.body);
    form.get(0).submit();
    form.remove();
  });
}());
