/* Counts down to the next run; without a script the page shows its time. */
(function () {
  'use strict';

  function two(number) {
    return (number < 10 ? '0' : '') + number;
  }

  /* As numbers.countdown writes it: '03:12:40', '2 d 03:12:40'. */
  function left(seconds) {
    var days = Math.floor(seconds / 86400);
    var clock = [
      Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60,
      seconds % 60
    ].map(two).join(':');
    return days ? interpolate(gettext('%s d %s'), [days, clock]) : clock;
  }

  function tick(element, moment) {
    var seconds = Math.round((moment - Date.now()) / 1000);
    element.text(seconds > 0 ? left(seconds) : gettext('now'));
    if (seconds > 0) {
      setTimeout(function () { tick(element, moment); }, 1000);
    }
  }

  horizon.addInitFunction(function () {
    $('[data-protection-countdown]').each(function () {
      var element = $(this);
      tick(element, Date.parse(element.attr('datetime')));
    });
  });
}());
