"""`manage.py clear_sample`: everything fictional goes, what people wrote stays and is named."""
from django.core.management.base import BaseCommand

from reviews.sample_clearing import clear_sample

KEPT = "人が書いたため残し、サンプルの印を外したもの:"
WAY_ON = "デモ用の利用者が試しに書いただけなら、clear_sample --with-demo-work で消せます。ほかの利用者が書いたものは、消しません。"


class Command(BaseCommand):
    help = "架空のサンプルをすべて消します。人が書いたものは残し、何が残ったかを表示します。 Removes the fictional sample; what people wrote stays."

    def add_arguments(self, parser):
        parser.add_argument(
            "--with-demo-work", action="store_true", help="デモ用の利用者だけが書いたものも消します。 Also what only demo accounts wrote."
        )

    def handle(self, *args, **options):
        cleared = clear_sample(with_demo_work=options["with_demo_work"])
        self.stdout.write(f"架空のサンプル値を消しました（実績 {cleared.actuals}件、目標の見直し {cleared.targets}件、担当課 {cleared.divisions}課）。")
        if cleared.kept_divisions:
            self.stdout.write(f"利用者か仕事があるため残した担当課: {'、'.join(cleared.kept_divisions)}")
        if cleared.kept:
            self.stdout.write("\n".join([KEPT, *(f"- {each}" for each in cleared.kept), *([] if options["with_demo_work"] else [WAY_ON])]))
